using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>Policies and APIs, twice: as written, and as loaded by the last reload. Reading and calling see only the loaded ones.</summary>
sealed class DefinitionStore
{
    readonly FileShelf shelf;
    readonly Dictionary<string, Policy> writtenPolicies = [];
    readonly Dictionary<string, ApiDefinition> writtenApis = [];

    public DefinitionStore(FileShelf shelf)
    {
        this.shelf = shelf;
        foreach (var text in shelf.ReadAll("policies"))
        {
            if (TykJson.Read<Policy>(text) is { } policy) writtenPolicies[policy.Id] = policy;
        }

        foreach (var text in shelf.ReadAll("apis"))
        {
            if (ApiDefinition.FromFile(JsonNode.Parse(text)) is { } api) writtenApis[api.Id] = api;
        }

        Reload();
    }

    public IReadOnlyDictionary<string, Policy> Policies { get; private set; } = new Dictionary<string, Policy>();

    public IReadOnlyDictionary<string, ApiDefinition> Apis { get; private set; } = new Dictionary<string, ApiDefinition>();

    public bool IsEmpty => writtenPolicies.Count == 0 && writtenApis.Count == 0;

    public void Reload() => (Policies, Apis) = (writtenPolicies.ToDictionary(), writtenApis.ToDictionary());

    public Policy? FindPolicy(string organisation, string id) =>
        Policies.TryGetValue(id, out var policy) && policy.OrgId == organisation ? policy : null;

    public void Write(Policy policy)
    {
        writtenPolicies[policy.Id] = policy;
        shelf.Write("policies", policy.Id, TykJson.WriteIndented(policy));
    }

    public void Write(ApiDefinition api)
    {
        writtenApis[api.Id] = api;
        shelf.Write("apis", api.Id, TykJson.WriteIndented<JsonNode>(api.Document ?? api.Classic));
    }

    public bool RemovePolicy(string id)
    {
        if (!writtenPolicies.Remove(id)) return false;
        shelf.Delete("policies", id);
        return true;
    }

    public bool RemoveApi(string id)
    {
        if (!writtenApis.Remove(id)) return false;
        shelf.Delete("apis", id);
        return true;
    }
}
