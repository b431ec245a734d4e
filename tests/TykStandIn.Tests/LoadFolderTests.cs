using System.Text.Json.Nodes;
using Xunit;

namespace DevPortal.TykStandIn.Tests;

public sealed class LoadFolderTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("tyk-dump").FullName;

    [Fact]
    public async Task A_dump_brings_what_its_index_names()
    {
        Write(".tyk.json", """
            { "type": "apidef", "files": [ { "file": "api-orders.json" }, { "file": "oas-pets.json" } ],
              "policies": [ { "file": "policy-gold.json" }, { "file": "policies/own.json", "id": "renamed" } ] }
            """);
        Write("api-orders.json", new JsonObject { ["api_definition"] = Operator.Api("orders"), ["hook_references"] = new JsonArray() }.ToJsonString());
        Write("oas-pets.json", """
            { "oas": { "openapi": "3.0.3", "info": { "title": "Pets", "version": "1" }, "paths": {},
              "x-tyk-api-gateway": { "info": { "id": "pets", "name": "Pets", "state": { "active": true } }, "server": { "listenPath": { "value": "/pets/" } } } } }
            """);
        Write("policy-gold.json", Operator.Policy("gold", """{"quota":true}""", "plan-only").ToJsonString());
        Write("policies/own.json", Operator.Policy("own", """{"acl":true}""", "orders").ToJsonString());
        Write("policy-not-named.json", Operator.Policy("not-named", """{"acl":true}""", "orders").ToJsonString());

        await using var standIn = await Start();
        using var tyk = new Operator(standIn);

        Assert.Equal(["gold", "renamed"], await Ids(tyk, "/tyk/policies", "id"));
        Assert.Equal(["orders", "pets"], await Ids(tyk, "/tyk/apis", "api_id"));
    }

    [Fact]
    public async Task Folders_of_an_open_source_gateway_are_read_whole()
    {
        Write("policies/policies.json", new JsonObject { ["by-map-key"] = Operator.Policy("inside", """{"acl":true}""", "orders") }.ToJsonString());
        Write("policies/one.json", Operator.Policy("one", """{"acl":true}""", "orders").ToJsonString());
        Write("policies/wrong.json", """{ "id": "wrong", "rate": "fast", "access_rights": {} }""");
        Write("apps/orders.json", Operator.Api("orders").ToJsonString());

        await using var standIn = await Start();
        using var tyk = new Operator(standIn);

        Assert.Equal(["by-map-key", "one"], await Ids(tyk, "/tyk/policies", "id"));
        Assert.Equal(["orders"], await Ids(tyk, "/tyk/apis", "api_id"));
        Assert.Equal(["wrong.json: no policy"], standIn.Skipped);
    }

    [Fact]
    public async Task A_gateway_that_is_not_empty_is_left_as_it_is()
    {
        Write("dump/policies/one.json", Operator.Policy("one", """{"acl":true}""", "orders").ToJsonString());
        var options = new StandInOptions { Secret = "s3cret", LoadFolder = Path.Combine(folder, "dump"), StateFolder = Path.Combine(folder, "state") };
        await using (var first = await StandIn.StartAsync(options))
        using (var tyk = new Operator(first))
        {
            (await tyk.Post("/tyk/policies", Operator.Policy("two", """{"acl":true}""", "orders"))).EnsureSuccessStatusCode();
            (await tyk.Delete("/tyk/policies/one")).EnsureSuccessStatusCode();
        }

        await using var second = await StandIn.StartAsync(options);
        using var again = new Operator(second);
        Assert.Equal(["two"], await Ids(again, "/tyk/policies", "id"));
    }

    [Fact]
    public async Task An_index_may_not_point_outside_its_folder()
    {
        Write(".tyk.json", """{ "type": "apidef", "policies": [ { "file": "../elsewhere.json" } ] }""");

        var refused = await Assert.ThrowsAsync<InvalidDataException>(Start);

        Assert.Contains("../elsewhere.json", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    Task<StandIn> Start() => StandIn.StartAsync(new() { Secret = "s3cret", LoadFolder = folder });

    static async Task<IEnumerable<string>> Ids(Operator tyk, string path, string field) =>
        (await tyk.GetJson(path)).AsArray().Select(v => (string)v![field]!).Order(StringComparer.Ordinal);

    void Write(string file, string content)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
