using System.Text.Json;
using Xunit;

namespace DevPortal.SystemTests;

/// <summary>Memory is collected as Directory.Build.props says: a misspelt setting is none, and the default of web programs is the server's collector.</summary>
public sealed class CollectorTests
{
    [Fact]
    public void No_program_has_the_servers_collector_or_a_young_generation_of_the_caches_size()
    {
        var programs = Directory.GetFiles(AppContext.BaseDirectory, "DevPortal.*.runtimeconfig.json");
        Assert.True(programs.Length > 7, $"only {programs.Length} programs beside the tests");
        Assert.All(programs, file =>
        {
            using var settings = JsonDocument.Parse(File.ReadAllText(file));
            var set = settings.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
            Assert.False(set.TryGetProperty("System.GC.Server", out var server) && server.GetBoolean());
            Assert.Equal(16 << 20, set.GetProperty("System.GC.Gen0MaxBudget").GetInt32());
        });
    }
}
