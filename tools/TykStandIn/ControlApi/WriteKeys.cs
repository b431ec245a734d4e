using System.Globalization;

namespace DevPortal.TykStandIn;

/// <summary>Creating and changing keys. A create is an upsert, an update replaces the whole session.</summary>
static class WriteKeys
{
    public static void MapKeyWrites(this IEndpointRouteBuilder tyk, Gateway gateway)
    {
        tyk.MapPost("/keys/{id?}", (string? id, HttpRequest request) => Create(gateway, id ?? "", request));
        tyk.MapPost("/keys/create", (HttpRequest request) => CreateTalking(gateway, request));
        tyk.MapPost("/keys/preview", (HttpRequest request) => Preview(gateway, request));
        tyk.MapPost("/keys/policy/{hash}", (string hash, HttpRequest request) => ReplacePolicies(gateway, hash, request));
        tyk.MapPut("/keys/{id}", (string id, HttpRequest request) => Update(gateway, id, request));
    }

    public static IResult NotCreated() => Answers.Error(500, "Failed to create key, ensure security settings are correct.");

    public static IResult NotUpdated() => Answers.Error(404, "Key is not found");

    static async Task<IResult> Create(Gateway gateway, string id, HttpRequest request)
    {
        if (TykJson.Read<Session>(await request.ReadBody()) is not { } session) return Answers.Error(400, "Request malformed");
        lock (gateway.Gate)
        {
            // A hash that is sent to be "created again" is wrapped as if it were a chosen id: the old key stays refused.
            var token = gateway.Tokens.Wrap(session.OrgId, id);
            var keyId = request.Query.ContainsKey("hashed") ? token : gateway.Tokens.StoredAs(token);
            session.DateCreated = gateway.Clock.GetUtcNow();
            if (LiesInThePast(session, gateway)) session.Expires = 0;
            return Store(gateway, keyId, session, keepsCounters: request.Says("suppress_reset"))
                ? Answers.Done(token, "added", gateway.Tokens.Hashes ? keyId : null)
                : NotCreated();
        }
    }

    /// <summary>The older path: it tells why, but takes no chosen id.</summary>
    static async Task<IResult> CreateTalking(Gateway gateway, HttpRequest request)
    {
        if (TykJson.Read<Session>(await request.ReadBody()) is not { } session) return Answers.Error(500, "Unmarshalling failed");
        lock (gateway.Gate)
        {
            if (gateway.Merge(session) is { } reason) return Answers.Error(500, $"Failed to create key - {reason}");
            if (session.AccessRights.Count == 0) return Answers.Error(400, "Failed to create key, keys must have at least one Access Rights record set.");
            var token = gateway.Tokens.Wrap(session.OrgId, "");
            var keyId = gateway.Tokens.StoredAs(token);
            session.DateCreated = gateway.Clock.GetUtcNow();
            return Store(gateway, keyId, session, keepsCounters: false) ? Answers.Done(token, "added", gateway.Tokens.Hashes ? keyId : null) : NotCreated();
        }
    }

    static async Task<IResult> Update(Gateway gateway, string id, HttpRequest request)
    {
        if (TykJson.Read<Session>(await request.ReadBody()) is not { } session) return Answers.Error(400, "Request malformed");
        lock (gateway.Gate)
        {
            gateway.Merge(session);
            if (gateway.Keys.Find(session.OrgId, id, request.Query.ContainsKey("hashed")) is not { } known) return NotUpdated();
            if (session.Certificate != known.Session.Certificate)
                return Answers.Error(400, string.IsNullOrEmpty(session.Certificate) ? "Key cannot be used without a certificate" : "Key must be used with an existent certificate");

            var keepsCounters = request.Says("suppress_reset");
            session.DateCreated = known.Session.DateCreated;
            if (LiesInThePast(session, gateway)) session.Expires = known.Session.Expires;
            if (keepsCounters) KeepPeriods(session, known.Session);
            return Store(gateway, known.Id, session, keepsCounters) ? Answers.Done(known.Name, "modified") : NotCreated();
        }
    }

    static async Task<IResult> ReplacePolicies(Gateway gateway, string hash, HttpRequest request)
    {
        if (TykJson.Read<Session>(await request.ReadBody()) is not { } sent) return Answers.Error(400, "Couldn't decode instruction");
        lock (gateway.Gate)
        {
            if (gateway.Keys.Get(hash) is not { } session) return Keys.NotFound();
            session.ApplyPolicies = sent.ApplyPolicies;
            session.LastUpdated = UnixNow(gateway).ToString(CultureInfo.InvariantCulture);
            gateway.Keys.Put(hash, session);
            return Answers.Done(hash, "updated");
        }
    }

    static async Task<IResult> Preview(Gateway gateway, HttpRequest request)
    {
        if (TykJson.Read<Session>(await request.ReadBody()) is not { } session) return Answers.Error(400, "Request malformed");
        lock (gateway.Gate)
        {
            session.DateCreated = gateway.Clock.GetUtcNow();
            session.LastUpdated = UnixNow(gateway).ToString(CultureInfo.InvariantCulture);
            gateway.Merge(session);
            return Answers.Ok(session);
        }
    }

    /// <returns>False when the policies can't be applied or give no rights: there are no master keys here.</returns>
    static bool Store(Gateway gateway, string keyId, Session session, bool keepsCounters)
    {
        gateway.Merge(session);
        if (session.AccessRights.Count == 0) return false;
        if (!keepsCounters || session.LastUpdated is null) session.LastUpdated = UnixNow(gateway).ToString(CultureInfo.InvariantCulture);
        ExpireAsPoliciesSay(gateway, keyId, session);
        if (!keepsCounters)
        {
            gateway.ResetCounters(keyId, session);
            session.QuotaRenews = UnixNow(gateway) + session.QuotaRenewalRate;
        }

        if (gateway.Merge(session) is not null) return false;
        gateway.Keys.Put(keyId, session);
        return true;
    }

    /// <summary>Only for a new key, and only when an API of its rights is loaded; it wins over what was sent.</summary>
    static void ExpireAsPoliciesSay(Gateway gateway, string keyId, Session session)
    {
        if (gateway.Keys.Has(keyId) || !session.AccessRights.Keys.Any(gateway.Definitions.Apis.ContainsKey)) return;
        foreach (var id in session.Policies)
        {
            if (gateway.Definitions.FindPolicy(session.OrgId, id) is { KeyExpiresIn: > 0 } policy) session.Expires = UnixNow(gateway) + policy.KeyExpiresIn;
        }
    }

    /// <summary>Quota periods that run on although the session was replaced.</summary>
    static void KeepPeriods(Session session, Session known)
    {
        session.QuotaRenews = known.QuotaRenews;
        session.LastUpdated = known.LastUpdated;
        foreach (var (api, right) in known.AccessRights)
        {
            if (!right.Limit.IsEmpty && session.AccessRights.TryGetValue(api, out var now) && !now.Limit.IsEmpty) now.Limit.QuotaRenews = right.Limit.QuotaRenews;
        }
    }

    /// <summary>A time that is over is not taken as an expiry; 1 is.</summary>
    static bool LiesInThePast(Session session, Gateway gateway) => session.Expires > 1 && session.Expires < UnixNow(gateway);

    static long UnixNow(Gateway gateway) => gateway.Clock.GetUtcNow().ToUnixTimeSeconds();
}
