using System.Net;
using System.Text.Json;
using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Identity;
using Xunit;

namespace DevPortal.Credentials.Tests;

[Collection(QuietPortal.Name)]
public sealed class RevokeCredentialTests(QuietPortal quiet)
{
    [Fact]
    public async Task Admin_revokes_and_the_key_is_refused_and_looked_for_twice_more()
    {
        var issued = await quiet.Portal.ActiveAsync();
        var key = await issued.RevealAsync();
        var admin = await quiet.Portal.PersonAsync(UserRole.Admin);
        var answer = await (await issued.RevokeAsync(admin)).ReadAsync<CredentialView>(HttpStatusCode.Accepted);
        Assert.Equal((CredentialState.Revoking, "Not needed"), (answer.State, answer.Reason));

        await issued.UntilAsync(CredentialState.Revoked);
        Assert.Equal(HttpStatusCode.Forbidden, await quiet.Portal.CallAsync(key));
        await issued.UntilLookedForOftenEnoughAsync();
        Assert.Equal(2, await quiet.Portal.ScalarAsync<int>("select looks from credential_key where credential = $1", issued.Id));
        var said = await quiet.Portal.Broker.ReceivedAsync<CredentialChanged>(changed => changed.CredentialId == issued.Id && changed.Step == CredentialStep.Revoked);
        Assert.Equal((admin.Id, "Not needed"), (said.By, said.Reason));
    }

    [Fact]
    public async Task Key_that_comes_back_after_its_revocation_is_deleted_by_a_later_look()
    {
        var issued = await quiet.Portal.ActiveAsync();
        var key = await issued.RevealAsync();
        await issued.RevokeRequestAsync();
        await issued.UntilAsync(CredentialState.Revoked);
        await quiet.Portal.ControlAsync(HttpMethod.Post, $"tyk/keys/{key}", new
        {
            org_id = Portal.Org,
            apply_policies = new[] { Portal.Forecasts, Portal.Standard },
            meta_data = new { PortalID = await quiet.Portal.ScalarAsync<Guid>("select portal_id from installation"), CredentialID = issued.Id },
        });

        await issued.UntilLookedForOftenEnoughAsync();
        Assert.Empty(issued.Keys);
    }

    [Fact]
    public async Task Repeat_with_the_same_idempotency_key_gets_the_first_answer_and_a_second_revocation_is_refused()
    {
        var issued = await quiet.Portal.ActiveAsync();
        Task<HttpResponseMessage> RevokeAsync(string key) => issued.Owner.SendAsync(HttpMethod.Post, $"{issued.Id}/revoke", new { reason = "Leaked" }, "*", key);
        var first = await RevokeAsync("a");
        await issued.UntilAsync(CredentialState.Revoked);

        var repeated = await (await RevokeAsync("a")).ReadAsync<JsonElement>(HttpStatusCode.Accepted);
        Assert.True(JsonElement.DeepEquals(await first.ReadAsync<JsonElement>(HttpStatusCode.Accepted), repeated));
        await (await RevokeAsync("b")).RefusedAsync(HttpStatusCode.Conflict, "already-revoked");
    }

    [Fact]
    public async Task Reason_is_required_and_strangers_find_nothing()
    {
        var issued = await quiet.Portal.ActiveAsync();
        await (await issued.Owner.SendAsync(HttpMethod.Post, $"{issued.Id}/revoke", new { }, "*")).RefusedAsync(HttpStatusCode.BadRequest, "missing", "reason");
        Assert.Equal(HttpStatusCode.BadRequest, (await issued.Owner.SendAsync(HttpMethod.Post, $"{issued.Id}/revoke", new { reason = "" }, "*")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await issued.RevokeAsync(await quiet.Portal.PersonAsync())).StatusCode);
        Assert.Equal(CredentialState.Active, (await issued.FindAsync())!.State);
    }
}
