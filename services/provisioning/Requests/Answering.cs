using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Provisioning;

/// <summary>How every decision ends: saved with its answer, which is the request as it is now.</summary>
static class Answering
{
    public static async Task<Results<Ok<RequestAnswer>, NotFound, ProblemHttpResult>> AnswerAsync(
        this IDocumentSession session, HttpContext http, ProvisioningRequest decided, CancellationToken cancel)
    {
        ETag.Set(http, decided.Version);
        var answer = TypedResults.Ok(RequestAnswer.Of(decided));
        return await session.TrySaveAsync(http, answer, cancel) is { } refused ? refused : answer;
    }
}
