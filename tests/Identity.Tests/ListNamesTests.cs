using Xunit;

namespace DevPortal.Identity.Tests;

[Collection(nameof(SharedApp))]
public sealed class ListNamesTests(SharedApp shared)
{
    readonly IdentityApp app = shared.App;
    readonly HttpClient admin = shared.Admin;

    [Fact]
    public async Task Admins_get_every_name_others_those_of_their_organisation_and_who_does_not_exist_has_none()
    {
        var (one, other) = (await app.NewUserAsync(admin), await app.NewUserAsync(admin));
        var address = $"/api/identity/names?ids={one.Id}&ids={other.Id}&ids={Guid.CreateVersion7()}";

        Assert.Equal([one.Id, other.Id], await IdsAsync(admin, address));
        using var client = await app.SignInAsync(one.Email, Somebody.FirstPassword);
        Assert.Equal([one.Id], await IdsAsync(client, address));
    }

    [Fact]
    public async Task A_hundred_ids_are_taken_and_one_more_is_refused_by_the_name_of_the_field()
    {
        var somebody = await app.NewUserAsync(admin);
        string Ids(int strangers) => $"/api/identity/names?ids={somebody.Id}" + string.Concat(Enumerable.Range(0, strangers).Select(_ => $"&ids={Guid.NewGuid()}"));

        Assert.Equal([somebody.Id], await IdsAsync(admin, Ids(99)));
        using var refused = await admin.GetAsync(Ids(100));
        Assert.Equal((400, "too-many-ids", "ids"), await Task.FromResult(refused).ProblemAsync());
        Assert.Equal("At most 100 ids at once.", (await refused.JsonAsync()).GetProperty("errors").GetProperty("ids")[0].GetString());
    }

    [Fact]
    public async Task Without_a_token_the_answer_is_401()
    {
        using var client = app.Factory.CreateClient(Browser.Options);
        Assert.Equal(401, (int)(await client.GetAsync("/api/identity/names")).StatusCode);
    }

    static async Task<Guid[]> IdsAsync(HttpClient client, string address) =>
        [.. (await (await client.GetAsync(address)).JsonAsync()).GetProperty("items").EnumerateArray().Select(name => name.GetProperty("id").GetGuid()).Order()];
}
