using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace DevPortal.TykSync.Tests;

public sealed class GetRunTests(FolderSources folders) : IClassFixture<FolderSources>
{
    [Fact]
    public async Task Its_lines_come_page_by_page()
    {
        var source = folders.Take();
        folders.Put(source, Enumerable.Range(0, 5).Select(n => $"p{n}"));
        var run = await folders.Service.RunAsync(source);
        var id = run.GetProperty("run").GetProperty("id").GetString();

        var lines = new List<string>();
        var next = "";
        do
        {
            var page = (await folders.Service.Admin.GetFromJsonAsync<JsonElement>($"/api/sync/runs/{id}?limit=2{next}")).GetProperty("lines");
            lines.AddRange(page.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("action").GetString() + " " + line.GetProperty("id").GetString()));
            next = page.GetProperty("next").GetString() is { } cursor ? "&cursor=" + cursor : null;
        }
        while (next is not null);

        Assert.Equal(["imported p0", "imported p1", "imported p2", "imported p3", "imported p4"], lines.Where(line => line.StartsWith("imported", StringComparison.Ordinal)));
        Assert.Equal(lines.Count, lines.Distinct().Count());
    }

    [Fact]
    public async Task An_unknown_run_is_404_and_a_foreign_cursor_400()
    {
        var run = await folders.Service.RunAsync(folders.Take());

        Assert.Equal(HttpStatusCode.NotFound, (await folders.Service.Admin.GetAsync($"/api/sync/runs/{Guid.CreateVersion7()}")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await folders.Service.Admin.GetAsync($"/api/sync/runs/{run.GetProperty("run").GetProperty("id").GetString()}?cursor=!")).StatusCode);
    }

    [Fact]
    public async Task A_folder_that_is_gone_fails_the_run_and_hides_nothing()
    {
        var source = folders.Take();
        folders.Put(source, "p1");
        await folders.Service.RunAsync(source);

        folders.Remove(source);
        var run = (await folders.Service.RunAsync(source)).GetProperty("run");

        Assert.Equal("failed", run.GetProperty("status").GetString());
        Assert.Contains("does not exist", run.GetProperty("because").GetString(), StringComparison.Ordinal);
        Assert.Null(Assert.Single((await folders.Service.KnownAsync(source)).Policies.Values).Facts.HiddenBecause);
    }

    [Fact]
    public async Task A_broken_file_is_one_line_and_hides_nothing()
    {
        var source = folders.Take();
        folders.Put(source, "p1");
        await folders.Service.RunAsync(source);

        folders.Break(source);
        var run = await folders.Service.RunAsync(source);

        Assert.Equal("finished", run.GetProperty("run").GetProperty("status").GetString());
        Assert.Equal(1, run.GetProperty("run").GetProperty("counts").GetProperty("errors").GetInt32());
        Assert.Null(Assert.Single((await folders.Service.KnownAsync(source)).Policies.Values).Facts.HiddenBecause);
    }

    [Fact]
    public async Task Text_that_the_database_can_not_hold_stops_nothing()
    {
        var source = folders.Take();
        folders.Write(source, new[]
        {
            new { id = "nul", name = "a\0b", org_id = "o", partitions = new { acl = true } },
            new { id = "good", name = "good", org_id = "o", partitions = new { acl = true } },
        });

        var run = await folders.Service.RunAsync(source);

        Assert.Equal("finished", run.GetProperty("run").GetProperty("status").GetString());
        Assert.Contains((await folders.Service.KnownAsync(source)).Policies.Values, policy => policy.Facts.PolicyId == "good");
    }
}
