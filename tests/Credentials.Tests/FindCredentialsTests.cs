using System.Net;
using DevPortal.Contracts.Credentials;
using DevPortal.Contracts.Identity;
using DevPortal.ServiceDefaults;
using Xunit;

namespace DevPortal.Credentials.Tests;

[Collection(QuietPortal.Name)]
public sealed class FindCredentialsTests(QuietPortal quiet)
{
    [Fact]
    public async Task Admin_finds_a_credential_by_the_end_of_its_key_even_after_that_key_was_rotated_away()
    {
        var issued = await quiet.Portal.ActiveAsync();
        var first = await issued.RevealAsync();
        var admin = await quiet.Portal.PersonAsync(UserRole.Admin);
        var found = await FindAsync(admin, first[^4..]);
        Assert.Equal(("Storm watch", issued.Owner.Id), (found[issued.Id].App!.Name, found[issued.Id].App!.OwnerId));

        await issued.RotateAsync();
        var rotated = await issued.UntilAsync(view => view.State == CredentialState.Active && view.Hint != found[issued.Id].Credential.Hint);
        Assert.Contains(issued.Id, (await FindAsync(admin, first[^4..])).Keys);
        Assert.Equal(rotated.Hint, (await FindAsync(admin, rotated.Hint!))[issued.Id].Credential.Hint);
        Assert.DoesNotContain(first, await (await admin.SendAsync(HttpMethod.Get, $"?hint={first[^4..]}")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_do_not_search_and_a_whole_key_is_not_taken()
    {
        var (member, admin) = (await quiet.Portal.PersonAsync(), await quiet.Portal.PersonAsync(UserRole.Admin));
        Assert.Equal(HttpStatusCode.Forbidden, (await member.SendAsync(HttpMethod.Get, "?hint=abcd")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await quiet.Portal.Client().GetAsync("/api/credentials?hint=abcd")).StatusCode);
        await (await admin.SendAsync(HttpMethod.Get, "?hint=" + KeyFormat.Mint("devportal", "test", KeyFormat.Credential))).RefusedAsync(HttpStatusCode.BadRequest, "whole-key", "hint");
        await (await admin.SendAsync(HttpMethod.Get, "?hint=abcd&cursor=nonsense")).RefusedAsync(HttpStatusCode.BadRequest, "bad-cursor", "cursor");
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.SendAsync(HttpMethod.Get, "")).StatusCode);
    }

    [Theory]
    [InlineData("x7Qa", null)]
    [InlineData("devportal_local_key_…x7Qa", null)]
    [InlineData("", "bad-hint")]
    [InlineData("x7Q", "bad-hint")]
    [InlineData("'; --", "bad-hint")]
    public void A_hint_is_the_last_four_characters(string hint, string? code) => Assert.Equal(code, FindCredentials.Refuse(hint)?.Code);

    static async Task<Dictionary<Guid, FindCredentials.Found>> FindAsync(Person admin, string hint) =>
        (await (await admin.SendAsync(HttpMethod.Get, $"?hint={Uri.EscapeDataString(hint)}&limit=100")).ReadAsync<Page<FindCredentials.Found>>()).Items.ToDictionary(found => found.Credential.Id);
}
