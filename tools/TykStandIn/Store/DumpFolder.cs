using System.Text.Json;
using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>Reads a tyk-sync dump (what <c>.tyk.json</c> lists) or an open-source gateway's <c>policies/</c> + <c>apps/</c> into an empty gateway.</summary>
static class DumpFolder
{
    /// <exception cref="InvalidDataException">The index names a file that is not there or that can't be read.</exception>
    public static void Fill(DefinitionStore store, string folder)
    {
        if (!Directory.Exists(folder)) throw new InvalidDataException($"There is no folder {folder} to load.");
        var index = Path.Combine(folder, ".tyk.json");
        if (File.Exists(index)) FillFromIndex(store, folder, Parse(index));
        else
        {
            foreach (var file in Files(folder, "policies")) FillPolicies(store, Parse(file));
            foreach (var file in Files(folder, "apps").Concat(Files(folder, "apis"))) FillApi(store, Parse(file));
        }

        store.Reload();
    }

    static void FillFromIndex(DefinitionStore store, string folder, JsonNode? index)
    {
        foreach (var entry in index.At("policies") as JsonArray ?? [])
        {
            if (entry.TextAt("file") is { Length: > 0 } file) FillPolicy(store, Parse(Inside(folder, file)), entry.TextAt("id"));
        }

        foreach (var entry in index.At("files") as JsonArray ?? [])
        {
            if (entry.TextAt("file") is { Length: > 0 } file) FillApi(store, Parse(Inside(folder, file)));
        }
    }

    /// <summary>One policy, a list, or the map id → policy of <c>policy_record_name</c>, whose key wins over the id inside.</summary>
    static void FillPolicies(DefinitionStore store, JsonNode? content)
    {
        if (content is JsonArray list)
        {
            foreach (var item in list) FillPolicy(store, item, "");
        }
        else if (content is JsonObject single && (single.ContainsKey("access_rights") || single.ContainsKey("partitions")))
        {
            FillPolicy(store, single, "");
        }
        else
        {
            foreach (var (id, item) in content as JsonObject ?? []) FillPolicy(store, item, id);
        }
    }

    static void FillPolicy(DefinitionStore store, JsonNode? content, string id)
    {
        if (content is not JsonObject || TykJson.Read<Policy>(content.ToJsonString()) is not { } policy) return;
        if (id.Length > 0) policy.Id = id;
        if (policy.Id.Length == 0) policy.Id = policy.MongoId;
        if (policy.Id.Length > 0) store.Write(policy);
    }

    static void FillApi(DefinitionStore store, JsonNode? content)
    {
        if (ApiDefinition.FromFile(content) is { } api) store.Write(api);
    }

    static IEnumerable<string> Files(string folder, string name) =>
        Path.Combine(folder, name) is { } path && Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal) : [];

    static string Inside(string folder, string file)
    {
        var path = Path.GetFullPath(Path.Combine(folder, file));
        return path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new InvalidDataException($"The index names a file outside its folder: {file}");
    }

    static JsonNode? Parse(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file));
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new InvalidDataException($"{file} can't be read: {e.Message}", e);
        }
    }
}
