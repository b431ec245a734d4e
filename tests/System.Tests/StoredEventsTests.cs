using System.Text.Json.Nodes;
using DevPortal.Testing;
using Npgsql;
using Xunit;

namespace DevPortal.SystemTests;

[Collection(InFilledPortal.Name)]
public sealed class StoredEventsTests(FilledPortal filled)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The unit test finds events by how they look; what the databases hold is the truth.</summary>
    [Theory]
    [InlineData("identitydb")]
    [InlineData("catalogdb")]
    [InlineData("provisioningdb")]
    [InlineData("credentialsdb")]
    [InlineData("tyksyncdb")]
    public async Task Every_kind_of_event_in_the_databases_is_among_the_frozen_samples(string name)
    {
        var frozen = Directory.EnumerateFiles(Repository.Path("tests", "Contracts.Tests", "Frozen"), "*.json")
            .SelectMany(file => JsonNode.Parse(File.ReadAllText(file))!.AsObject().Select(entry => $"{entry.Value!["is"]} {entry.Key}, DevPortal.{Path.GetFileNameWithoutExtension(file)}"))
            .ToHashSet();

        await using var database = NpgsqlDataSource.Create(filled.Portal.Run.ConnectionString(name));
        await using var query = database.CreateCommand("select distinct type || ' ' || mt_dotnet_type from mt_events");
        var stored = new List<string>();
        await using (var rows = await query.ExecuteReaderAsync(Ct))
        {
            while (await rows.ReadAsync(Ct)) stored.Add(rows.GetString(0));
        }

        Assert.NotEmpty(stored);
        Assert.DoesNotContain(stored, kind => !frozen.Contains(kind));
    }
}
