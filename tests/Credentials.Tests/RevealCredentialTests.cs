using System.Net;
using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Identity;
using DevPortal.ServiceDefaults;
using Xunit;

namespace DevPortal.Credentials.Tests;

[Collection(QuietPortal.Name)]
public sealed class RevealCredentialTests(QuietPortal quiet)
{
    [Fact]
    public async Task Key_is_shown_once_never_stored_by_caches_and_its_sealed_copy_goes()
    {
        var issued = await quiet.Portal.ActiveAsync();
        var answer = await issued.Owner.SendAsync(HttpMethod.Post, $"{issued.Id}/reveal");
        var key = await answer.ReadAsync<RevealedKey>();

        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.True(KeyFormat.IsWellFormed(key.Key, KeyFormat.Credential));
        Assert.Equal((await issued.FindAsync())!.Hint, key.Hint);
        Assert.Null((await issued.FindAsync())!.RevealUntil);
        Assert.True(await quiet.Portal.ScalarAsync<bool>("select sealed_copy is null from credential_key where credential = $1", issued.Id));
        await (await issued.Owner.SendAsync(HttpMethod.Post, $"{issued.Id}/reveal")).RefusedAsync(HttpStatusCode.Conflict, "secret-already-shown");
    }

    [Fact]
    public async Task Of_many_who_reveal_at_once_one_gets_the_key()
    {
        var issued = await quiet.Portal.ActiveAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => issued.Owner.SendAsync(HttpMethod.Post, $"{issued.Id}/reveal")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(answer => answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task Repeat_with_the_same_idempotency_key_says_that_it_was_shown()
    {
        var issued = await quiet.Portal.ActiveAsync();
        await (await issued.Owner.SendAsync(HttpMethod.Post, $"{issued.Id}/reveal", idempotencyKey: "once")).ReadAsync<RevealedKey>();
        await (await issued.Owner.SendAsync(HttpMethod.Post, $"{issued.Id}/reveal", idempotencyKey: "once")).RefusedAsync(HttpStatusCode.Conflict, "secret-already-shown");
    }

    [Fact]
    public async Task Nobody_but_the_owner_reveals()
    {
        var issued = await quiet.Portal.ActiveAsync();
        var (admin, stranger) = (await quiet.Portal.PersonAsync(UserRole.Admin), await quiet.Portal.PersonAsync());

        await (await admin.SendAsync(HttpMethod.Post, $"{issued.Id}/reveal")).RefusedAsync(HttpStatusCode.Forbidden, "owner-only");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.SendAsync(HttpMethod.Post, $"{issued.Id}/reveal")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await quiet.Portal.Client().PostAsync($"/api/credentials/{issued.Id}/reveal", null)).StatusCode);
        Assert.NotEmpty(await issued.RevealAsync());
    }

    [Theory]
    [InlineData(CredentialState.Issuing, false, 1, "not-active")]
    [InlineData(CredentialState.Rotating, false, 1, "not-active")]
    [InlineData(CredentialState.Active, true, 1, "secret-already-shown")]
    [InlineData(CredentialState.Active, false, -1, "too-late-to-reveal")]
    [InlineData(CredentialState.Active, false, 1, null)]
    public void Only_an_active_key_that_was_not_shown_is_shown_in_time(CredentialState state, bool isRevealed, int hoursLeft, string? code)
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        var credential = new Credential(Guid.NewGuid(), Guid.NewGuid(), state, Guid.NewGuid(), null, Guid.NewGuid(), now, 1, IsRevealed: isRevealed, RevealUntil: now.AddHours(hoursLeft));
        Assert.Equal(code, RevealCredential.Refuse(credential, now)?.Code);
    }
}
