using System.Text.Json;
using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>Reads a tyk-sync dump (what <c>.tyk.json</c> lists) or an open-source gateway's <c>policies/</c> + <c>apps/</c> into an empty gateway.</summary>
sealed class DumpFolder(DefinitionStore store, string folder)
{
    readonly List<string> skipped = [];

    /// <returns>What a gateway drops with a line in its log: files and entries it can't decode, policies without id.</returns>
    /// <exception cref="InvalidDataException">The index names a file that is not there or that can't be read.</exception>
    public IReadOnlyList<string> Fill()
    {
        if (!Directory.Exists(folder)) throw new InvalidDataException($"There is no folder {folder} to load.");
        var index = Path.Combine(folder, ".tyk.json");
        if (File.Exists(index)) FillFromIndex(Parse(index));
        else
        {
            foreach (var file in Files("policies")) FillPolicies(file, Parse(file));
            foreach (var file in Files("apps").Concat(Files("apis"))) FillApi(file, Parse(file));
        }

        store.Reload();
        return skipped;
    }

    void FillFromIndex(JsonNode? index)
    {
        foreach (var entry in index.At("policies") as JsonArray ?? [])
        {
            if (entry.TextAt("file") is { Length: > 0 } file) FillPolicy(file, Parse(Inside(file)), entry.TextAt("id"));
        }

        foreach (var entry in index.At("files") as JsonArray ?? [])
        {
            if (entry.TextAt("file") is { Length: > 0 } file) FillApi(file, Parse(Inside(file)));
        }
    }

    /// <summary>One policy, a list, or the map id → policy of <c>policy_record_name</c>, whose key wins over the id inside.</summary>
    void FillPolicies(string file, JsonNode? content)
    {
        if (content is JsonArray list)
        {
            foreach (var item in list) FillPolicy(file, item, "");
        }
        else if (content is JsonObject single && (single.ContainsKey("access_rights") || single.ContainsKey("partitions")))
        {
            FillPolicy(file, single, "");
        }
        else
        {
            foreach (var (id, item) in content as JsonObject ?? []) FillPolicy(file, item, id);
        }
    }

    void FillPolicy(string file, JsonNode? content, string id)
    {
        var policy = content is JsonObject ? TykJson.Read<Policy>(content.ToJsonString()) : null;
        if (policy is not null && id.Length > 0) policy.Id = id;
        if (policy is { Id: "" }) policy.Id = policy.MongoId;
        if (policy is { Id.Length: > 0 }) store.Write(policy);
        else skipped.Add($"{Path.GetFileName(file)}: {(policy is null ? "no policy" : "a policy without id")} {id}".TrimEnd());
    }

    void FillApi(string file, JsonNode? content)
    {
        if (ApiDefinition.FromFile(content) is { } api) store.Write(api);
        else skipped.Add($"{Path.GetFileName(file)}: no API definition");
    }

    IEnumerable<string> Files(string name) =>
        Path.Combine(folder, name) is { } path && Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal) : [];

    string Inside(string file)
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
