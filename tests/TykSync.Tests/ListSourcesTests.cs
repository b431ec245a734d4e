using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace DevPortal.TykSync.Tests;

public sealed class ListSourcesTests(FolderSources folders) : IClassFixture<FolderSources>
{
    [Fact]
    public async Task Each_source_is_shown_as_configured_with_its_last_run()
    {
        var name = folders.Take();
        var run = (await folders.Service.RunAsync(name)).GetProperty("run");

        var sources = (await folders.Service.Admin.GetFromJsonAsync<JsonElement>("/api/sync/sources")).GetProperty("items").EnumerateArray().ToList();

        var source = sources.Single(one => one.GetProperty("name").GetString() == name);
        Assert.Equal("folder", source.GetProperty("kind").GetString());
        Assert.Equal("o", source.GetProperty("orgId").GetString());
        Assert.False(source.GetProperty("issuesCredentials").GetBoolean());
        Assert.Equal(run.GetProperty("id").GetString(), source.GetProperty("lastRun").GetProperty("id").GetString());
        Assert.Equal(sources.Select(one => one.GetProperty("name").GetString()).Order(StringComparer.Ordinal), sources.Select(one => one.GetProperty("name").GetString()));
    }
}
