using System.Net;
using DevPortal.Contracts.Identity;
using Xunit;

namespace DevPortal.Catalog.Tests;

public sealed class ListApisTests(RunningCatalog catalog)
{
    [Fact]
    public async Task Admins_see_every_api_by_name_and_others_none()
    {
        var (b, a) = (TykThing.New("B"), TykThing.New("A"));
        await catalog.HearAsync(b.Api(), a.Api(hidden: "is not active"));
        var admin = await catalog.AdminAsync();

        var found = new List<(string Name, Guid Id)>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await admin.AskAsync($"apis?limit=3&cursor={cursor}").Reads();
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(api => (api.Text("name")!, api.GetProperty("id").GetGuid())));
            cursor = page.Text("next");
        }

        Assert.Equal(found.Count, found.Distinct().Count());
        Assert.Equal([a.ApiStream, b.ApiStream], found.Where(api => api.Id == a.ApiStream || api.Id == b.ApiStream).Select(api => api.Id));
        Assert.Equal(found.Select(api => api.Name.ToLowerInvariant()).Order(StringComparer.Ordinal), found.Select(api => api.Name.ToLowerInvariant()));
        await catalog.Anonymous().AskAsync("apis").Refuses(HttpStatusCode.Unauthorized, "not-signed-in");
        await (await catalog.PersonAsync(UserRole.Member)).AskAsync("apis").Refuses(HttpStatusCode.Forbidden, "forbidden");
        await admin.AskAsync("apis?cursor=!").Refuses(HttpStatusCode.BadRequest, "bad-cursor", "cursor");
    }
}
