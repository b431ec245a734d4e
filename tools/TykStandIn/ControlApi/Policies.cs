using System.Text.RegularExpressions;

namespace DevPortal.TykStandIn;

/// <summary>Policies as files: a write is an upsert and counts after the next reload.</summary>
static partial class Policies
{
    public static void MapPolicies(this IEndpointRouteBuilder tyk, Gateway gateway)
    {
        tyk.MapGet("/policies", () => List(gateway));
        tyk.MapGet("/policies/{id}", (string id) => Read(gateway, id));
        tyk.MapPost("/policies/{id?}", (string? id, HttpRequest request) => Write(gateway, null, request, "added"));
        tyk.MapPut("/policies/{id?}", (string? id, HttpRequest request) => Write(gateway, id ?? "", request, "modified"));
        tyk.MapDelete("/policies/{id?}", (string? id) => Delete(gateway, id));
    }

    static IResult List(Gateway gateway)
    {
        lock (gateway.Gate) return Answers.Ok(gateway.Definitions.Policies.Values);
    }

    static IResult Read(Gateway gateway, string id)
    {
        lock (gateway.Gate)
            return gateway.Definitions.Policies.TryGetValue(id, out var policy) ? Answers.Ok(policy) : Answers.Error(404, "Policy not found");
    }

    static async Task<IResult> Write(Gateway gateway, string? idInPath, HttpRequest request, string action)
    {
        if (idInPath is "") return Answers.Error(400, "Must specify an apiID to update");
        if (TykJson.Read<Policy>(await request.ReadBody()) is not { } policy) return Answers.Error(400, "Request malformed");
        if (Refuse(policy, idInPath) is { } refusal) return refusal;
        lock (gateway.Gate) gateway.Definitions.Write(policy);
        return Answers.Done(policy.Id, action);
    }

    static IResult? Refuse(Policy policy, string? idInPath)
    {
        if (!AllowedId().IsMatch(policy.Id)) return Answers.Error(400, "Invalid Policy ID: Allowed characters: a-z, A-Z, 0-9, ., _, -, ~");
        if (idInPath is not null && policy.Id != idInPath)
            return Answers.Error(400, "Request ID does not match that in policy! For Update operations these must match.");
        if (policy.Id.Length == 0) policy.Id = policy.MongoId;
        return policy.Id.Length == 0 ? Answers.Error(400, "Unable to create policy without id.") : null;
    }

    static IResult Delete(Gateway gateway, string? id)
    {
        if (id is null) return Answers.Error(400, "Must specify an apiID to delete");
        lock (gateway.Gate) return gateway.Definitions.RemovePolicy(id) ? Answers.Done(id, "deleted") : Answers.Error(500, "Delete failed");
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9._~-]*\z")]
    private static partial Regex AllowedId();
}
