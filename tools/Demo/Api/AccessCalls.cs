namespace DevPortal.Demo.Api;

/// <summary>The calls from an app to a working key.</summary>
public static class AccessCalls
{
    public static Task<App> CreateAppAsync(this PortalClient consumer, string name, CancellationToken ct) =>
        consumer.PostAsync<App>("/api/credentials/apps", new { name }, ct);

    public static Task<AccessRequest> RequestAccessAsync(this PortalClient consumer, Guid appId, Guid productId, Guid planId, string reason, CancellationToken ct) =>
        consumer.PostAsync<AccessRequest>("/api/provisioning/requests", new { appId, productIds = new[] { productId }, planId, reason }, ct);

    public static Task<Tagged<AccessRequest>> FindRequestAsync(this PortalClient caller, Guid id, CancellationToken ct) =>
        caller.GetTaggedAsync<AccessRequest>($"/api/provisioning/requests/{id}", ct);

    public static async Task<AccessRequest> ApproveAsync(this PortalClient admin, Guid id, string note, CancellationToken ct)
    {
        var seen = await admin.FindRequestAsync(id, ct);
        return await admin.PostAsync<AccessRequest>($"/api/provisioning/requests/{id}/approve", new { note }, ct, seen.ETag);
    }

    /// <summary>Takes the access away. What the portal records meanwhile (a report from the gateway) changes the version, so it looks again.</summary>
    public static async Task<AccessRequest> RevokeAsync(this PortalClient admin, Guid id, string reason, CancellationToken ct)
    {
        while (true)
        {
            var seen = await admin.FindRequestAsync(id, ct);
            try
            {
                return await admin.PostAsync<AccessRequest>($"/api/provisioning/requests/{id}/revoke", new { reason }, ct, seen.ETag);
            }
            catch (RefusedException stale) when (stale.Code == "stale")
            {
                // Read it again.
            }
        }
    }

    public static async Task<AccessRequest> UntilProvisionedAsync(this PortalClient caller, Guid id, TimeSpan within, CancellationToken ct)
    {
        var request = await Eventually.UntilAsync(
            async () => (await caller.FindRequestAsync(id, ct)).Value, request => request.State == "provisioned" || request.HasFailed, within, $"request {id} is provisioned", ct);
        return request.HasFailed ? throw new InvalidOperationException($"Request {id} ended as {request.State}: {request.WaitingFor}") : request;
    }

    public static Task<Tagged<Credential>> FindCredentialAsync(this PortalClient caller, Guid id, CancellationToken ct) =>
        caller.GetTaggedAsync<Credential>($"/api/credentials/{id}", ct);

    public static Task<RevealedKey> RevealAsync(this PortalClient owner, Guid credentialId, CancellationToken ct) =>
        owner.PostAsync<RevealedKey>($"/api/credentials/{credentialId}/reveal", new { }, ct);

    public static async Task<Credential> RotateAsync(this PortalClient owner, Guid credentialId, CancellationToken ct)
    {
        var seen = await owner.FindCredentialAsync(credentialId, ct);
        await owner.PostAsync<Credential>($"/api/credentials/{credentialId}/rotate", new { }, ct, seen.ETag);
        return await Eventually.UntilAsync(
            async () => (await owner.FindCredentialAsync(credentialId, ct)).Value, credential => credential.State == "active", TimeSpan.FromSeconds(60), "the new key is active", ct);
    }
}
