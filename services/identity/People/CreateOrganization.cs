using System.ComponentModel.DataAnnotations;
using DevPortal.Eventing;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Identity.People;

/// <summary>Makes an organization, without teams.</summary>
public static class CreateOrganization
{
    public sealed record Input([property: Required, StringLength(200, MinimumLength = 1), RegularExpression(PersonalData.OneLine, ErrorMessage = PersonalData.NotOneLine)] string Name);

    public static void MapCreateOrganization(this IEndpointRouteBuilder organizations) =>
        organizations.MapPost("/", Handle).WithName(nameof(CreateOrganization)).WithIdempotency();

    static async Task<Results<Created<Organisation>, ProblemHttpResult>> Handle(
        Input input, CurrentUser admin, IDocumentSession session, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        var created = Decide(input, admin, time.GetUtcNow());
        session.Events.StartStream<Organisation>(created.OrganisationId, created);
        var answer = TypedResults.Created($"/api/identity/organizations/{created.OrganisationId}", Organisation.Create(created));
        return await session.TrySaveAsync(http, answer, ct) is { } lost ? lost : answer;
    }

    public static OrganisationCreated Decide(Input input, CurrentUser admin, DateTimeOffset now) => new(Guid.CreateVersion7(now), input.Name.Trim(), admin.Id, now);
}
