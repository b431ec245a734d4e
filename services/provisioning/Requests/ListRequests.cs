using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Provisioning;

/// <summary>The caller's requests, newest first; for admins everybody's.</summary>
public static class ListRequests
{
    /// <param name="State">Only requests in this state, e.g. <c>pending</c>.</param>
    /// <param name="AppId">Only requests for this app.</param>
    /// <param name="ProductId">Only requests for this product.</param>
    /// <param name="RequesterId">Only requests of this person.</param>
    /// <param name="Sort">The order: newest first, or oldest first, e.g. <c>oldest</c>.</param>
    /// <param name="MayDecide">True: only those that the caller may decide, by the rule of four eyes. A page may then hold fewer than there are on it otherwise.</param>
    public sealed record Filter(string? State, Guid? AppId, Guid? ProductId, Guid? RequesterId, int? Limit, string? Cursor, string? Sort, bool? MayDecide);

    public static void MapListRequests(this IEndpointRouteBuilder requests) => requests.MapGet("", Handle).WithName(nameof(ListRequests));

    /// <summary>Each list is read backwards from one of these; the ids tell the order of submission. An app's has its requester in it: else the database may
    /// read all requests of a person to find those for one app.</summary>
    public static void AddIndexes(StoreOptions store) => store.Schema.For<ProvisioningRequest>()
        .Duplicate(request => request.RequesterId).Duplicate(request => request.AppId).Duplicate(request => request.State).Duplicate(request => request.IsOpen)
        .Index([request => request.RequesterId, request => request.Id]).Index([request => request.AppId, request => request.RequesterId, request => request.Id])
        .Index([request => request.State, request => request.Id]);

    static async Task<Results<Ok<Page<RequestAnswer>>, ProblemHttpResult>> Handle(
        [AsParameters] Filter filter, IQuerySession session, CurrentUser caller, CancellationToken cancel)
    {
        var query = session.Query<ProvisioningRequest>().Where(request => true);
        if (!caller.IsAdmin) query = query.Where(request => request.RequesterId == caller.Id);
        if (filter.RequesterId is { } requester) query = query.Where(request => request.RequesterId == requester);
        if (filter.State is { } named)
        {
            if (!Enum.TryParse<RequestState>(named, ignoreCase: true, out var state) || !Enum.IsDefined(state))
                return new Refusal(400, "bad-request", $"A state is one of {string.Join(", ", Enum.GetNames<RequestState>())}.", "state").ToProblem();
            query = query.Where(request => request.State == state);
        }

        if (filter.AppId is { } app) query = query.Where(request => request.AppId == app);
        if (filter.ProductId is { } product) query = query.Where(request => request.MatchesSql(RequestedProducts.Asks, product));
        if (filter.Sort is not (null or "newest" or "oldest")) return new Refusal(400, "bad-request", "Sort by newest or oldest.", "sort").ToProblem();
        var oldestFirst = filter.Sort == "oldest";
        if (filter.Cursor is { } cursor)
        {
            if (!Cursor.TryRead(cursor, 1, out var parts) || !Guid.TryParse(parts[0], out var last)) return Cursor.Refused.ToProblem();
            query = query.Where(request => request.MatchesSql(oldestFirst ? "d.id > ?" : "d.id < ?", last));
        }

        var limit = Cursor.Limit(filter.Limit);
        var found = await (oldestFirst ? query.OrderBy(request => request.Id) : query.OrderByDescending(request => request.Id)).Take(limit + 1).ToListAsync(cancel);
        var page = Cursor.Cut([.. found], limit, last => Cursor.Of(last.Id.ToString()));
        var shown = filter.MayDecide == true ? await DecidableAsync(session, page.Items, caller, cancel) : page.Items;
        return TypedResults.Ok(new Page<RequestAnswer>([.. shown.Select(RequestAnswer.Of)], page.Next));
    }

    static async Task<IReadOnlyList<ProvisioningRequest>> DecidableAsync(IQuerySession session, IReadOnlyList<ProvisioningRequest> requests, CurrentUser decider, CancellationToken cancel)
    {
        var apps = (await session.LoadManyAsync<KnownApp>(cancel, requests.Select(request => request.AppId).Distinct())).ToDictionary(app => app.Id);
        var requesters = (await session.LoadManyAsync<KnownUser>(cancel, requests.Select(request => request.RequesterId).Distinct())).ToDictionary(user => user.Id);
        return [.. requests.Where(request => MayDecide.Refuse(request, decider, apps.GetValueOrDefault(request.AppId), requesters.GetValueOrDefault(request.RequesterId)) is null)];
    }
}
