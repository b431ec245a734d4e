using System.ComponentModel.DataAnnotations;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DevPortal.Catalog.Plans;

/// <summary>An admin writes what the portal says of a plan. Its limits are Tyk's and are not touched.</summary>
public static class DescribePlan
{
    /// <param name="Price">What it costs, in words.</param>
    /// <param name="Description">Markdown.</param>
    public sealed record Input(
        [property: Required, StringLength(Texts.Title, MinimumLength = 1)] string Title,
        [property: StringLength(Texts.Price)] string? Price = null,
        [property: StringLength(Texts.Description)] string? Description = null);

    public static void MapDescribePlan(this IEndpointRouteBuilder catalog) =>
        catalog.MapPut("/plans/{id:guid}", Handle).WithName(nameof(DescribePlan)).Refuses(422, "blank", "control-characters");

    static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Handle(
        Guid id, Input input, [FromHeader(Name = "If-Match")] string? seen, CurrentUser admin, IDocumentSession session, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        session.CorrelateWith(http);
        await session.LockAsync(id, ct);
        var stream = await session.Events.FetchForWriting<Plan>(id, ct);
        if (stream.Aggregate is not { } plan) return TypedResults.NotFound();
        if (ETag.Refuses(seen, stream.CurrentVersion ?? 0) is { } stale) return stale.ToProblem();
        if (Refuse(input) is { } refusal) return refusal.ToProblem();

        var version = stream.CurrentVersion ?? 0;
        if (Decide(plan, input, admin, time.GetUtcNow()) is { } described)
        {
            stream.AppendOne(described);
            version++;
            if (await AssessPlan.DecideAsync(session, id, plan, described.Text, described.OccurredAt, ct) is { } assessed)
            {
                stream.AppendOne(assessed);
                version++;
            }
        }

        ETag.Set(http, version);
        var answer = TypedResults.NoContent();
        return await session.TrySaveAsync(http, answer, ct) is { } lost ? lost : answer;
    }

    public static Refusal? Refuse(Input input) =>
        Texts.RefuseLine("title", input.Title) ?? Texts.RefuseOptionalLine("price", input.Price) ?? Texts.RefuseMarkdown("description", input.Description);

    /// <summary>Null if it says already what the admin wants it to say.</summary>
    public static PlanDescribed? Decide(Plan plan, Input input, CurrentUser admin, DateTimeOffset now)
    {
        var text = new PlanText(input.Title.Trim(), Texts.Trimmed(input.Price), string.IsNullOrWhiteSpace(input.Description) ? null : input.Description);
        return plan.Text == text ? null : new PlanDescribed(plan.Id, text, admin.Id, now);
    }
}
