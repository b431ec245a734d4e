using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>Listing, reading and deleting keys; by token, by chosen id with <c>?org_id=</c>, or by hash with <c>?hashed=1</c>.</summary>
static class Keys
{
    public static void MapKeys(this IEndpointRouteBuilder tyk, Gateway gateway)
    {
        tyk.MapGet("/keys", (HttpRequest request) => List(gateway, request));
        tyk.MapGet("/keys/{id}", (string id, HttpRequest request) => Read(gateway, id, request));
        tyk.MapDelete("/keys/{id}", (string id, HttpRequest request) => Delete(gateway, id, request));
        tyk.MapKeyWrites(gateway);
    }

    public static IResult NotFound() => Answers.Error(404, "Key not found");

    public static IResult NothingToDelete() => Answers.Error(404, "There is no such key found");

    public static IResult Listed(IEnumerable<string> ids) =>
        Answers.Ok(new JsonObject { ["keys"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) });

    /// <summary>The session as a call would see it now: policies applied, what is left of each quota filled in.</summary>
    public static Session Seen(Gateway gateway, string id, Session session)
    {
        gateway.Merge(session);
        if (session.QuotaMax != -1 && gateway.Counters.Read($"quota-{id}") is { } used) session.QuotaRemaining = Math.Max(0, session.QuotaMax - used);
        foreach (var right in session.AccessRights.Values)
        {
            if (right.Limit.QuotaMax is -1 or 0) continue;
            var scope = string.IsNullOrEmpty(right.AllowanceScope) ? "" : right.AllowanceScope + "-";
            right.Limit.QuotaRemaining = Math.Max(0, right.Limit.QuotaMax - (gateway.Counters.Read($"quota-{scope}{id}") ?? 0));
        }

        return session;
    }

    static IResult List(Gateway gateway, HttpRequest request)
    {
        if (gateway.Tokens.Hashes && gateway.Options.Unlisted)
            return Answers.Error(404, "Hashed key listing is disabled in config (enable_hashed_keys_listing)");
        var organisation = gateway.Tokens.Hashes ? "" : request.Query["filter"].ToString();
        lock (gateway.Gate) return Listed(gateway.Keys.Ids.Where(id => organisation.Length == 0 || KeyTokens.OrganisationOf(id) == organisation));
    }

    static IResult Read(Gateway gateway, string id, HttpRequest request)
    {
        var hashed = request.Query.ContainsKey("hashed");
        if (hashed && !gateway.Tokens.Hashes) return Answers.Error(400, "Key requested by hash but key hashing is not enabled");
        lock (gateway.Gate)
        {
            return gateway.Keys.Find(request.Query["org_id"].ToString(), id, hashed) is { } key ? Answers.Ok(Seen(gateway, key.Id, key.Session)) : NotFound();
        }
    }

    static IResult Delete(Gateway gateway, string id, HttpRequest request)
    {
        lock (gateway.Gate)
        {
            if (gateway.Keys.Find(request.Query["org_id"].ToString(), id, request.Query.ContainsKey("hashed")) is not { } key) return NothingToDelete();
            gateway.Keys.Remove(key.Id);
            if (!request.Says("suppress_reset")) gateway.ResetCounters(key.Id, key.Session);
            return request.Says("api_id", "-1") ? Results.Text("null", Answers.Json) : Answers.Done(key.Name, "deleted");
        }
    }
}
