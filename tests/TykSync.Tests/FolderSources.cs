using System.Text.Json;
using DevPortal.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Servers))]

namespace DevPortal.TykSync.Tests;

/// <summary>One tyk-sync with a folder as source for each test that asks for one, so that tests do not meet.</summary>
public sealed class FolderSources(Servers servers) : IAsyncLifetime
{
    const int Most = 20;
    readonly string root = Directory.CreateTempSubdirectory("tyk-sync-").FullName;
    int taken;

    internal SyncService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = new List<(string, string?)> { ("SyncInterval", "01:00:00") };
        for (var n = 0; n < Most; n++)
        {
            Directory.CreateDirectory(Path.Combine(root, $"s{n}"));
            settings.Add(($"Sources:s{n}:Path", Path.Combine(root, $"s{n}")));
            settings.Add(($"Sources:s{n}:OrgId", "o"));
        }

        Service = await SyncService.StartAsync(await servers.PostgresAsync("tyksync"), await servers.RabbitMqAsync(), [.. settings]);
    }

    /// <summary>A source that no other test uses.</summary>
    public string Take() => $"s{Interlocked.Increment(ref taken) - 1}";

    /// <summary>Its policies from now on, all of them products.</summary>
    public void Put(string source, params IEnumerable<string> products) => Write(source, products.Select(id => new
    {
        id,
        name = id,
        org_id = "o",
        partitions = new { acl = true },
        access_rights = new { },
    }));

    public void Write(string source, object policies) => File.WriteAllText(Path.Combine(root, source, "policies.json"), JsonSerializer.Serialize(policies));

    public void Break(string source) => File.WriteAllText(Path.Combine(root, source, "policies.json"), "{oops");

    public void Remove(string source) => Directory.Delete(Path.Combine(root, source), recursive: true);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }
}
