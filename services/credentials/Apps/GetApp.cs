using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Credentials;

/// <summary>One app.</summary>
public static class GetApp
{
    public static void MapGetApp(this IEndpointRouteBuilder apps) =>
        apps.MapGet("/{id:guid}", Handle).WithName(nameof(GetApp)).IsCalledBy("the owner of the app, and admins");

    static async Task<Results<Ok<AppView>, NotFound>> Handle(Guid id, IDocumentSession session, CurrentUser caller, HttpContext http, CancellationToken ct)
    {
        var stream = await session.Events.FetchForWriting<App>(id, ct);
        if (stream.Aggregate is not { } app || !app.IsSeenBy(caller)) return TypedResults.NotFound();
        ETag.Set(http, stream.CurrentVersion ?? 0);
        return TypedResults.Ok(AppView.Of(app));
    }

    /// <summary>Foreign apps and deleted ones are not there; admins see everybody's.</summary>
    internal static bool IsSeenBy(this App app, CurrentUser caller) => !app.IsDeleted && (app.OwnerId == caller.Id || caller.IsAdmin);
}
