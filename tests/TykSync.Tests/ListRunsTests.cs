using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace DevPortal.TykSync.Tests;

public sealed class ListRunsTests(FolderSources folders) : IClassFixture<FolderSources>
{
    [Fact]
    public async Task Runs_come_newest_first_page_by_page()
    {
        var source = folders.Take();
        for (var n = 0; n < 4; n++) await folders.Service.RunAsync(source);

        var all = await IdsAsync($"?source={source}&limit=100");
        var paged = new List<string>();
        var next = "";
        do
        {
            var page = await folders.Service.Admin.GetFromJsonAsync<JsonElement>($"/api/sync/runs?source={source}&limit=2{next}");
            paged.AddRange(Ids(page));
            next = page.GetProperty("next").GetString() is { } cursor ? "&cursor=" + cursor : null;
        }
        while (next is not null);

        Assert.InRange(all.Count, 4, 5);
        Assert.Equal(all, paged);
        Assert.Equal(all.OrderDescending(), all);
    }

    [Fact]
    public async Task A_cursor_of_somebody_else_is_refused()
    {
        var answer = await folders.Service.Admin.GetAsync("/api/sync/runs?cursor=abc");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("bad-cursor", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    async Task<List<string>> IdsAsync(string query) => Ids(await folders.Service.Admin.GetFromJsonAsync<JsonElement>("/api/sync/runs" + query));

    static List<string> Ids(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(run => run.GetProperty("id").GetString()!)];
}
