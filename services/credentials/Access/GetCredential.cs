using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DevPortal.Credentials;

/// <summary>One credential: its state, and what was read back from the gateway. Never the key.</summary>
public static class GetCredential
{
    public static void MapGetCredential(this IEndpointRouteBuilder credentials) =>
        credentials.MapGet("/{id:guid}", Handle).WithName(nameof(GetCredential)).IsCalledBy("the owner of the app, and admins");

    static async Task<Results<Ok<CredentialView>, NotFound>> Handle(
        Guid id, IDocumentSession session, CurrentUser caller, HttpContext http, TimeProvider time, CancellationToken ct)
    {
        if (await SeenCredential.FindAsync(session, id, caller, ct) is not { } seen) return TypedResults.NotFound();
        ETag.Set(http, seen.Version);
        return TypedResults.Ok(CredentialView.Of(seen.Credential, time.GetUtcNow()));
    }
}
