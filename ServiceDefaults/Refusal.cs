using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.ServiceDefaults;

/// <summary>Why something is not done, for people and for machines. Becomes <c>application/problem+json</c> (RFC 9457).</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable, kebab-case: programs decide by it.</param>
/// <param name="Detail">What is wrong and what to do about it.</param>
/// <param name="Field">The member of the input that is at fault (camelCase, dotted), if one is.</param>
public sealed record Refusal(int Status, string Code, string Detail, string? Field = null)
{
    /// <summary>Seconds after which a repeat makes sense; becomes <c>Retry-After</c>.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The thing that stands in the way and that the caller may see; becomes <c>existing</c>.</summary>
    public Guid? Existing { get; init; }

    /// <summary>422: the input is well-formed but can't be accepted; names the field.</summary>
    public static Refusal Invalid(string field, string code, string detail) => new(StatusCodes.Status422UnprocessableEntity, code, detail, field);

    /// <summary>422 for a reference to something that does not exist or that the caller may not see: one answer for both.</summary>
    public static Refusal Unknown(string field, string what) => Invalid(field, "unknown-" + what.Replace(' ', '-'), $"There is no such {what}.");

    /// <summary>409: the state does not allow it.</summary>
    public static Refusal Conflict(string code, string detail) => new(StatusCodes.Status409Conflict, code, detail);

    /// <summary>403: the caller may know the thing, but not do this with it.</summary>
    public static Refusal Forbidden(string code, string detail) => new(StatusCodes.Status403Forbidden, code, detail);

    /// <summary>412: somebody changed it since the caller looked.</summary>
    public static Refusal Stale() => new(StatusCodes.Status412PreconditionFailed, "stale", "It was changed since you read it. Read it again and repeat with the new ETag in If-Match.");

    /// <summary>409 with Retry-After: this service has not heard of it yet.</summary>
    public static Refusal NotYetKnown(string what) =>
        new(StatusCodes.Status409Conflict, "not-yet-known", $"The {what} is so new that it has not arrived here yet. Repeat the call in a second.") { RetryAfter = 1 };

    /// <summary>The answer to send.</summary>
    public ProblemHttpResult ToProblem()
    {
        var problem = new ProblemDetails
        {
            Status = Status,
            Type = "urn:devportal:problem:" + Code,
            Title = Detail,
            Detail = Detail,
            Extensions = { ["code"] = Code },
        };
        if (Field is not null) problem.Extensions["errors"] = new Dictionary<string, string[]> { [Field] = [Detail] };
        if (Existing is { } existing) problem.Extensions["existing"] = existing;
        if (RetryAfter is { } seconds) problem.Extensions["retryAfter"] = seconds;
        return TypedResults.Problem(problem);
    }
}
