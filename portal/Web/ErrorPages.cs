using DevPortal.Portal.Api;
using DevPortal.Portal.Components;
using DevPortal.Portal.Pages;
using DevPortal.Portal.Sessions;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace DevPortal.Portal.Web;

/// <summary>Whatever goes wrong on the way to a page becomes a page that says what happened and what to do; never a stack trace or a bare status.</summary>
static class ErrorPages
{
    public static void UseErrorPages(this WebApplication app) => app.Use(async (http, next) =>
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null }) await ShowAsync(http, http.Response.StatusCode == StatusCodes.Status400BadRequest ? FormGone : Of(http.Response.StatusCode));
        }
        catch (RefusedException refused) when (!http.Response.HasStarted)
        {
            // Deactivated, or signed out everywhere: the session here is over too.
            if (refused.Problem.Status == StatusCodes.Status401Unauthorized && HttpMethods.IsGet(http.Request.Method))
            {
                if (http.IsSignedIn()) await http.SignOutAsync(SessionHandler.Scheme);
                await http.ChallengeAsync(SessionHandler.Scheme);
                if (http.LooksAgain()) await ShowAsync(http, Of(StatusCodes.Status401Unauthorized));
            }
            else
            {
                await ShowAsync(http, refused.Problem);
            }
        }
        catch (BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            await ShowAsync(http, Of(bad.StatusCode));
        }
        catch (Exception failure) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            var isAway = failure is InvalidOperationException { InnerException: IOException or HttpRequestException } or Npgsql.NpgsqlException { IsTransient: true };
            if (!isAway) app.Logger.LogError(failure, "A page failed: {Path}", http.Request.Path);
            await ShowAsync(http, isAway ? Problem.Unavailable : Of(StatusCodes.Status500InternalServerError));
        }
    });

    static async Task ShowAsync(HttpContext http, Problem problem)
    {
        // Cookies that were set on the way stay.
        var cookies = http.Response.Headers.SetCookie;
        http.Response.Clear();
        http.Response.Headers.SetCookie = cookies;
        if (problem.RetryAfter is { } seconds) http.Response.Headers.RetryAfter = $"{seconds}";
        // The page carries on what was typed.
        await http.ReadPostedFormAsync();
        // What renders pages can begin once in a scope, and may have begun.
        await using var scope = http.RequestServices.CreateAsyncScope();
        http.RequestServices = scope.ServiceProvider;
        if (problem.Status == StatusCodes.Status401Unauthorized && http.LooksAgain())
            await new RazorComponentResult<SessionOver> { StatusCode = problem.Status }.ExecuteAsync(http);
        else if (http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal) || !http.Request.Headers.Accept.ToString().Contains("json", StringComparison.Ordinal))
            await new RazorComponentResult<ErrorPage>(new { Problem = problem }) { StatusCode = problem.Status }.ExecuteAsync(http);
        else
            await new Refusal(problem.Status, problem.Code, ProblemTexts.Say(problem, http.RequestServices.GetRequiredService<IStringLocalizer<Texts>>())) { RetryAfter = problem.RetryAfter }.ToProblem().ExecuteAsync(http);
    }

    /// <summary>What a page answers that has no form of that name (any more).</summary>
    static Problem FormGone => new(StatusCodes.Status400BadRequest, "form-gone", "");

    static Problem Of(int status) => status switch
    {
        400 => new(400, "form-too-old", ""),
        401 => new(401, "session-over", ""),
        403 => new(403, "forbidden", ""),
        404 => Problem.NotFound,
        405 => Problem.NotFound,
        413 => new(413, "too-large", ""),
        _ => new(status, "internal", ""),
    };
}
