using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Provisioning;

/// <summary>One request as it is now, with its credential and what it waits for.</summary>
public static class GetRequest
{
    public static void MapGetRequest(this IEndpointRouteBuilder requests) =>
        requests.MapGet("/{id:guid}", Handle).WithName(nameof(GetRequest)).IsCalledBy("who made the request, and admins");

    static async Task<Results<Ok<RequestAnswer>, NotFound>> Handle(
        Guid id, IQuerySession session, CurrentUser caller, HttpContext http, CancellationToken cancel)
    {
        if (await session.LoadAsync<ProvisioningRequest>(id, cancel) is not { } request || !request.IsVisibleTo(caller)) return TypedResults.NotFound();
        ETag.Set(http, request.Version);
        return TypedResults.Ok(RequestAnswer.Of(request));
    }
}
