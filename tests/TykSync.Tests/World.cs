using System.Text.Json;
using DevPortal.Tyk;
using DevPortal.TykSync.Objects;
using DevPortal.TykSync.Runs;

namespace DevPortal.TykSync.Tests;

/// <summary>Policies and APIs of a source in few words, and what a portal knows after a run.</summary>
static class World
{
    public const string OurOrg = "o";
    public static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public static TykPolicy Product(string id, params string[] apis) => Policy(id, new { acl = true }, apis: apis);

    public static TykPolicy Plan(string id, double rate = 5) => Policy(id, new { rate_limit = true, quota = true }, rate);

    public static TykPolicy Policy(string id, object partitions, double rate = 5, string? org = OurOrg, string? name = null, bool inactive = false, string[]? tags = null, params string[] apis) =>
        Read(TykPolicy.Parse(JsonSerializer.Serialize(new
        {
            id,
            name = name ?? "Name of " + id,
            org_id = org,
            partitions,
            rate,
            per = 60,
            is_inactive = inactive,
            tags,
            access_rights = apis.ToDictionary(api => api, api => new { api_id = api }),
        })));

    public static TykApi Api(string id, string? org = OurOrg, bool active = true, string? name = null) =>
        Read(TykApi.Parse(JsonSerializer.Serialize(new { api_id = id, org_id = org, name = name ?? id, active, use_standard_auth = true, proxy = new { listen_path = $"/{id}/" } })));

    public static TykContent Content(params object[] things) =>
        new([.. things.OfType<TykPolicy>()], [.. things.OfType<TykApi>()], [.. things.OfType<ReadError>()], []);

    public static readonly Known Nothing = new(new Dictionary<Guid, KnownPolicy>(), new Dictionary<Guid, KnownApi>());

    public static RunPlan Plan(Known known, TykContent read) => PlanRun.Plan("tyk", OurOrg, new Uri("http://public"), known, read, Guid.NewGuid(), Now);

    /// <summary>What is known after the plan, hides included if they need no confirmation (or are <paramref name="confirmed"/>).</summary>
    public static Known After(Known known, RunPlan plan, bool confirmed = false)
    {
        var policies = known.Policies.ToDictionary();
        var apis = known.Apis.ToDictionary();
        foreach (var change in plan.AsksBecause is null || confirmed ? plan.Changes.Concat(plan.Hides) : plan.Changes)
        {
            if (change.Event is IPolicyEvent policy) policies[change.Id] = new KnownPolicy(change.Id, change.Version + 1, policy.Policy);
            if (change.Event is IApiEvent api) apis[change.Id] = new KnownApi(change.Id, change.Version + 1, api.Api);
        }

        return new Known(policies, apis);
    }

    public static Known KnownAfter(params object[] things) => After(Nothing, Plan(Nothing, Content(things)));

    static T Read<T>(ReadResult<T> result) => ((ReadResult<T>.Read)result).Value;
}
