using System.Text.Json;
using Xunit;

namespace DevPortal.LocalRun.Tests;

public sealed class PortMapTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("devportal-ports-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_port_is_kept_from_run_to_run()
    {
        var first = new PortMap(State()).For("identity/http");

        Assert.Equal(first, new PortMap(State()).For("identity/http"));
    }

    [Fact]
    public void Nobody_gets_a_port_that_was_given_to_somebody_who_does_not_listen_yet()
    {
        var state = State();
        var remembered = new PortMap(state).For("identity/http");

        var map = new PortMap(state, remembered);

        Assert.NotEqual(remembered, map.For("identity/http"));
        Assert.NotEqual(remembered, JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(state.Ports))!["identity/http"]);
    }

    [Fact]
    public void A_new_port_is_none_that_was_given()
    {
        var given = Enumerable.Range(20000, 9_500).ToArray();

        var map = new PortMap(State(), given);

        Assert.All(Enumerable.Range(0, 20), n => Assert.DoesNotContain(map.For($"program-{n}"), given));
    }

    StateFolder State() => new(folder.FullName);
}
