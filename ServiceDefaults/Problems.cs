using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace DevPortal.ServiceDefaults;

/// <summary>Every failure is <c>application/problem+json</c> with a stable code; bad input names the field; no stack traces.</summary>
static partial class Problems
{
    static readonly Counter<long> Refused = Telemetry.Meter.CreateCounter<long>("devportal.calls.refused", "{call}", "Calls that were refused or failed, by the code of the answer.");

    public static void AddProblems(this WebApplicationBuilder builder)
    {
        // Without this, bad JSON is an empty 400 outside development; thrown, it reaches the handler below, which can name the field.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context => Complete(context.HttpContext, context.ProblemDetails));
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = AnswerAsync, SuppressDiagnosticsCallback = context => Refuse(context.Exception) is not null });
        app.UseStatusCodePages();
    }

    static async Task AnswerAsync(HttpContext http)
    {
        var exception = http.Features.Get<IExceptionHandlerFeature>()?.Error;
        var refusal = Refuse(exception) ?? new Refusal(StatusCodes.Status500InternalServerError, "internal", "Something failed here. It was recorded; please try again.");
        http.Response.StatusCode = refusal.Status;
        await refusal.ToProblem().ExecuteAsync(http);
    }

    /// <summary>Input that could not be read is the caller's matter, a server that is away is a pause; all else is a fault of ours.</summary>
    static Refusal? Refuse(Exception? exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new Refusal(413, "too-large", "The body is larger than this operation takes."),
        BadHttpRequestException { InnerException: JsonException json } => BadJson(json),
        BadHttpRequestException bad => new Refusal(bad.StatusCode, "bad-request", ParameterDetail(bad.Message), ParameterName(bad.Message)),
        JsonException json => BadJson(json),
        InvalidOperationException { InnerException: NotSupportedException or ArgumentException } unread when unread.Message.StartsWith("Unable to read the request as JSON", StringComparison.Ordinal) =>
            new Refusal(StatusCodes.Status415UnsupportedMediaType, "json-expected", "The body's charset is not known here. Send JSON in UTF-8."),
        _ when IsUnstorable(exception) => new Refusal(StatusCodes.Status400BadRequest, "unstorable-character", "A text in the request holds a character that can't be stored, such as NUL."),
        _ when IsAway(exception) => new Refusal(StatusCodes.Status503ServiceUnavailable, "unavailable", "A server that is needed for this is away. Nothing was changed; please try again.") { RetryAfter = 2 },
        _ => null,
    };

    /// <summary>The net under the rules for single fields: PostgreSQL takes no NUL, neither in text nor in JSON.</summary>
    static bool IsUnstorable(Exception? exception) => exception switch
    {
        null => false,
        System.Data.Common.DbException { SqlState: "22021" or "22P05" } => true,
        _ => IsUnstorable(exception.InnerException),
    };

    static bool IsAway(Exception? exception) => exception switch
    {
        null => false,
        TimeoutException or System.Net.Sockets.SocketException or HttpRequestException or IOException => true,
        System.Data.Common.DbException { IsTransient: true } => true,
        _ => IsAway(exception.InnerException),
    };

    static Refusal BadJson(JsonException json)
    {
        var missing = MissingMembers().Match(json.Message) is { Success: true } match ? match.Groups[1].Value.Replace("'", "", StringComparison.Ordinal) : null;
        var path = json.Path is null or "$" ? missing : json.Path.TrimStart('$', '.');
        var detail = missing is not null
            ? $"Missing: {missing}."
            : path is null ? "The body is not the JSON that this operation takes." : $"'{path}' is not of the type that this operation takes, or is null.";
        return new Refusal(StatusCodes.Status400BadRequest, missing is null ? "bad-json" : "missing", detail, missing?.Split(',')[0].Trim(' ', '\'') ?? path);
    }

    static string? ParameterName(string message) => BoundParameter().Match(message) is { Success: true } match ? CamelCase(match.Groups[1].Value) : null;

    static string ParameterDetail(string message) => ParameterName(message) is { } name
        ? $"'{name}' is missing or can't be read."
        : "The request can't be read: a JSON body with Content-Type application/json is expected.";

    /// <summary>Gives problems that the framework made (401, 404, 405, validation) the same shape as ours.</summary>
    static void Complete(HttpContext http, ProblemDetails problem)
    {
        if (problem.Extensions.TryGetValue("retryAfter", out var seconds)) http.Response.Headers.RetryAfter = seconds?.ToString();
        // The rest of the body is not read, so nothing else can come over this connection.
        if (problem.Status == StatusCodes.Status413PayloadTooLarge) http.Response.Headers.Connection = "close";
        if (problem.Extensions.TryGetValue("code", out var known))
        {
            Count(problem.Status, known?.ToString());
            return;
        }

        // Validation names members of our records; callers know them as JSON spells them.
        if (problem is HttpValidationProblemDetails invalid) invalid.Errors = invalid.Errors.ToDictionary(error => CamelCase(error.Key), error => error.Value.Select(InWords).ToArray());
        var status = problem.Status ?? http.Response.StatusCode;
        var code = problem is HttpValidationProblemDetails ? "invalid" : status switch
        {
            400 => "bad-request",
            401 => "not-signed-in",
            403 => "forbidden",
            404 => "not-found",
            405 => "method-not-allowed",
            415 => "json-expected",
            429 => "too-many-requests",
            >= 500 => "internal",
            _ => ReasonPhrases.GetReasonPhrase(status).ToLowerInvariant().Replace(' ', '-'),
        };
        Count(problem.Status, code);
        problem.Type = "urn:devportal:problem:" + code;
        problem.Title ??= ReasonPhrases.GetReasonPhrase(status);
        problem.Detail ??= status switch
        {
            401 => "Send an access token: Authorization: Bearer ….",
            403 => "This is not for this caller.",
            404 => "There is nothing at this address, or nothing that the caller may see.",
            405 => "This address does not take that method.",
            415 => "Send JSON, with Content-Type application/json.",
            _ when problem is HttpValidationProblemDetails => "Something in the input is not right; errors says where.",
            _ => problem.Title,
        };
        problem.Extensions["code"] = code;
    }

    /// <summary>The framework's messages name members of our records, which callers know by the field that the message stands at.</summary>
    static string InWords(string message)
    {
        if (message.StartsWith("The ", StringComparison.Ordinal) && message.EndsWith(" field is required.", StringComparison.Ordinal)) return "This is missing.";
        if (!message.StartsWith("The field ", StringComparison.Ordinal)) return message;
        var (what, bounds) = (message.Contains(" must be a string with", StringComparison.Ordinal) ? "characters" : "items", Number().Matches(message).Select(number => number.Value).ToArray());
        return bounds switch
        {
            [var most] when message.Contains("maximum length", StringComparison.Ordinal) => $"At most {most} {what}.",
            [var least] when message.Contains("minimum length", StringComparison.Ordinal) => $"At least {least} {what}.",
            [var least, var most] when message.Contains("length", StringComparison.Ordinal) => $"Between {least} and {most} {what}.",
            _ => message,
        };
    }

    [GeneratedRegex(@"\b\d+\b")]
    private static partial Regex Number();

    // Codes are ours, so there are as many as the code names.
    static void Count(int? status, string? code) => Refused.Add(1, new("code", code), new("status", status));

    static string CamelCase(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    [GeneratedRegex("required properties[^:]*: (.+?)\\.")]
    private static partial Regex MissingMembers();

    [GeneratedRegex("parameter \"(?:[^\"]* )?([A-Za-z0-9_-]+)\"")]
    private static partial Regex BoundParameter();
}
