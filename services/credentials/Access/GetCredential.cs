using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Credentials;

public static class GetCredential
{
    public static void MapGetCredential(this IEndpointRouteBuilder credentials) => credentials.MapGet("/{id:guid}", Handle).WithName(nameof(GetCredential));

    static async Task<Results<Ok<CredentialView>, NotFound>> Handle(
        Guid id, IDocumentSession session, CurrentUser caller, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        if (await SeenCredential.FindAsync(session, id, caller, ct) is not { } seen) return TypedResults.NotFound();
        ETag.Set(http, seen.Version);
        return TypedResults.Ok(CredentialView.Of(seen.Credential, time.GetUtcNow()));
    }
}
