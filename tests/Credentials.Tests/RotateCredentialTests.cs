using System.Net;
using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Identity;
using Xunit;

namespace DevPortal.Credentials.Tests;

[Collection(QuietPortal.Name)]
public sealed class RotateCredentialTests(QuietPortal quiet)
{
    [Fact]
    public async Task New_key_takes_over_with_the_same_end_and_the_old_one_dies_and_others_are_untouched()
    {
        var portal = quiet.Portal;
        var end = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddHours(2).ToUnixTimeSeconds());
        var issued = await portal.ActiveAsync(expires: end);
        var approval = Portal.Approval(issued.Approval.AppId, issued.Owner, [Portal.Warnings], Portal.FiveAMinute);
        await portal.Broker.PublishAsync(approval);
        var other = new Issued(portal, issued.Owner, approval);
        await other.UntilAsync(CredentialState.Active);
        var (old, others) = (await issued.RevealAsync(), await other.RevealAsync());

        var answer = await (await issued.RotateAsync()).ReadAsync<CredentialView>(HttpStatusCode.Accepted);
        Assert.Equal(CredentialState.Rotating, answer.State);
        await issued.UntilAsync(CredentialState.Active);
        await Poll.UntilAsync(() => issued.Keys.Count == 1);

        var renewed = await issued.RevealAsync();
        Assert.NotEqual(old, renewed);
        Assert.Equal(HttpStatusCode.Forbidden, await portal.CallAsync(old));
        Assert.Equal(HttpStatusCode.OK, await portal.CallAsync(renewed));
        Assert.Equal(end.ToUnixTimeSeconds(), Assert.Single(issued.Keys).Expires);
        Assert.Equal(HttpStatusCode.OK, await portal.CallAsync(others, "weather-alerts/alerts"));
        Assert.Single(other.Keys);
        var said = await portal.Broker.ReceivedAsync<CredentialChanged>(changed => changed.CredentialId == issued.Id && changed.Step == CredentialStep.Rotated);
        Assert.Equal((CredentialState.Active, issued.Approval.Origin.CorrelationId), (said.State, said.Origin.CorrelationId));
    }

    [Fact]
    public async Task Only_the_owner_rotates_what_he_saw()
    {
        var issued = await quiet.Portal.ActiveAsync();
        var (admin, stranger) = (await quiet.Portal.PersonAsync(UserRole.Admin), await quiet.Portal.PersonAsync());

        await (await admin.SendAsync(HttpMethod.Post, $"{issued.Id}/rotate", ifMatch: "*")).RefusedAsync(HttpStatusCode.Forbidden, "owner-only");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.SendAsync(HttpMethod.Post, $"{issued.Id}/rotate", ifMatch: "*")).StatusCode);
        await (await issued.Owner.SendAsync(HttpMethod.Post, $"{issued.Id}/rotate")).RefusedAsync(HttpStatusCode.PreconditionRequired, "if-match-required", "If-Match");
        await (await issued.RotateAsync("\"1\"")).RefusedAsync(HttpStatusCode.PreconditionFailed, "stale");
        Assert.Single(issued.Keys);
    }

    [Theory]
    [InlineData(CredentialState.Issuing, "not-active")]
    [InlineData(CredentialState.Rotating, "not-active")]
    [InlineData(CredentialState.Revoked, "not-active")]
    [InlineData(CredentialState.Lost, null)]
    [InlineData(CredentialState.Active, null)]
    public void Only_active_and_lost_credentials_rotate(CredentialState state, string? code)
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        var credential = new Credential(Guid.NewGuid(), Guid.NewGuid(), state, Guid.NewGuid(), null, Guid.NewGuid(), now, 1);
        Assert.Equal(code, RotateCredential.Refuse(credential, now)?.Code);
    }
}
