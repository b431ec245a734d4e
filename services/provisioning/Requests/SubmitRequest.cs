using System.ComponentModel.DataAnnotations;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace DevPortal.Provisioning;

/// <summary>Asks for access: one app, one or more products of one catalog and one gateway, one plan. An admin decides.</summary>
public static class SubmitRequest
{
    public sealed record Input(
        Guid AppId,
        [property: Length(1, 20)] Guid[] ProductIds,
        Guid PlanId,
        [property: Required, StringLength(Texts.Longest), RegularExpression(Texts.Plain, ErrorMessage = Texts.NotPlain)] string Reason,
        Guid? CatalogId = null);

    public static void MapSubmitRequest(this IEndpointRouteBuilder requests) =>
        requests.MapPost("", Handle).WithName(nameof(SubmitRequest)).Refuses(409, "already-requested")
            .Refuses(422, ["unknown-app", "app-deleted", "product-named-twice", .. Offer.Codes]).AddEndpointFilter(WaitForYoungAsync).WithIdempotency();

    /// <summary>Before the transaction of the Idempotency-Key is opened: nobody holds a connection while he waits.</summary>
    static async ValueTask<object?> WaitForYoungAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (input, http) = (context.GetArgument<Input>(0), context.HttpContext);
        var (session, time) = (http.RequestServices.GetRequiredService<IQuerySession>(), http.RequestServices.GetRequiredService<TimeProvider>());
        var (_, young) = await NotYetKnown.WaitForAsync(input.AppId, "app", time, () => session.LoadAsync<KnownApp>(input.AppId, http.RequestAborted), http.RequestAborted);
        young ??= await Offer.WaitForYoungAsync(session, input.ProductIds, input.PlanId, input.CatalogId, time, http.RequestAborted);
        return young is null ? await next(context) : young.ToProblem();
    }

    static async Task<Results<Created<RequestAnswer>, ProblemHttpResult>> Handle(
        Input input, IDocumentSession session, CurrentUser caller, HttpContext http, TimeProvider time, CancellationToken cancel)
    {
        var app = await session.LoadAsync<KnownApp>(input.AppId, cancel);
        var offer = await Offer.FindAsync(session, input.ProductIds, input.PlanId, input.CatalogId, cancel);
        if (Refuse(input, caller, app, offer) is { } refusal) return refusal.ToProblem();
        var now = time.GetUtcNow();
        // Until the commit nobody else can submit for this app, so that of two equal requests one is refused.
        await LockAsync(session, input.AppId, cancel);
        var open = await session.Query<ProvisioningRequest>().Where(request => request.AppId == input.AppId && request.IsOpen).ToListAsync(cancel);
        if (RefuseRepeated(input, open, now) is { } repeated) return repeated.ToProblem();

        var submitted = Decide(input, caller, app!, offer, Guid.CreateVersion7(now), now);
        session.CorrelationId = submitted.CorrelationId.ToString();
        session.Events.StartStream<ProvisioningRequest>(submitted.RequestId, submitted);
        ETag.Set(http, 1);
        var answer = TypedResults.Created($"/api/provisioning/requests/{submitted.RequestId}", RequestAnswer.Of(ProvisioningRequest.Create(submitted)));
        return await session.TrySaveAsync(http, answer, cancel) is { } refused ? refused : answer;
    }

    public static Refusal? Refuse(Input input, CurrentUser caller, KnownApp? app, Offer offer)
    {
        if (app is null || app.OwnerId != caller.Id) return Refusal.Unknown("appId", "app");
        if (app.Deleted) return Refusal.Invalid("appId", "app-deleted", $"The app '{app.Name}' is deleted.");
        if (input.ProductIds.Distinct().Count() < input.ProductIds.Length)
            return Refusal.Invalid("productIds", "product-named-twice", "A product is named more than once.");
        return offer.Refuse(caller.TeamIds);
    }

    /// <summary>What is asked for already, or granted, is not asked for again.</summary>
    public static Refusal? RefuseRepeated(Input input, IReadOnlyList<ProvisioningRequest> open, DateTimeOffset now) =>
        open.FirstOrDefault(request => !request.HasEnded(now) && request.Plan.Id == input.PlanId && request.ProductIds.Intersect(input.ProductIds).Any()) is { } existing
            ? Refusal.Conflict("already-requested", "There is a request for this app, product and plan already.") with { Existing = existing.Id }
            : null;

    public static RequestSubmitted Decide(Input input, CurrentUser caller, KnownApp app, Offer offer, Guid id, DateTimeOffset now)
    {
        var (plan, catalog) = (offer.Plan!, offer.Catalog(caller.TeamIds)!);
        var products = input.ProductIds.Select(wanted => offer.Products.First(product => product.Id == wanted));
        return new RequestSubmitted(
            id, app.Id, app.Name,
            [.. products.Select(product => new OfferedProduct(product.Id, product.Title, product.Source!, product.OrgId!, product.PolicyId!))],
            new(plan.Id, plan.Title, plan.PolicyId, plan.Rate, plan.Per, plan.Quota, plan.QuotaRenewal, plan.KeyLifetime),
            catalog.Id, catalog.Name, caller.Id, input.Reason.Trim(), CorrelationId: Guid.CreateVersion7(now), now);
    }

    static async Task LockAsync(IDocumentSession session, Guid appId, CancellationToken cancel)
    {
        await session.BeginTransactionAsync(cancel);
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended(@app, 0))");
        command.Parameters.AddWithValue("app", $"requests of {appId}");
        await using var reader = await session.ExecuteReaderAsync(command, cancel);
        await reader.ReadAsync(cancel);
    }
}
