using DevPortal.Catalog.Plans;
using DevPortal.Catalog.Products;
using DevPortal.Contracts;
using DevPortal.Contracts.TykSync;
using DevPortal.Eventing;
using Marten;
using Npgsql;

namespace DevPortal.Catalog.Tyk;

/// <summary>Looks what heard facts make of the products and plans that they touch, many in one transaction.</summary>
public sealed class AssessTogether(IServiceScopeFactory scopes, TimeProvider time)
{
    readonly Together<IMessage> together = new(async (all, cancel) =>
    {
        foreach (var related in all.GroupBy(message => message.Origin.CorrelationId)) await AssessAsync(scopes, time, [.. related], cancel);
    });

    /// <summary>After the message's fact is committed; returns when what it makes of products and plans is.</summary>
    public Task AssessAsync(IMessage heard, CancellationToken cancel) => together.DoAsync(heard, cancel);

    static async Task AssessAsync(IServiceScopeFactory scopes, TimeProvider time, IReadOnlyList<IMessage> heard, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var session = scope.ServiceProvider.GetRequiredService<ISessionFactory>().OpenSession();
        session.CorrelationId = heard[0].Origin.CorrelationId.ToString();
        Guid[] touched = [.. heard.OfType<TykPolicyChanged>().Select(policy => policy.Origin.Stream).Concat(await ContainingAsync(session, [.. heard.OfType<TykApiChanged>()], ct)).Distinct().Order()];
        if (touched.Length == 0) return;

        // Read what is judged only after the locks.
        await session.LockAsync(touched, ct);
        var policies = await session.LoadManyAsync<KnownPolicy>(ct, touched.Select(KnownPolicy.StreamOf));
        var products = (await session.LoadManyAsync<Product>(ct, touched)).ToDictionary(product => product.Id);
        var plans = (await session.LoadManyAsync<Plan>(ct, touched)).ToDictionary(plan => plan.Id);
        string[] named = [.. policies.SelectMany(policy => policy.ApiIds).Distinct()];
        var apis = (named.Length == 0 ? [] : await session.Query<KnownApi>().Where(api => api.ApiId.IsOneOf(named)).ToListAsync(ct)).ToLookup(api => (api.Source, api.OrgId, api.ApiId));
        var versions = await VersionsAsync(session, touched, ct);
        var now = time.GetUtcNow();
        // In the order of ids, as the rows of lists are locked.
        foreach (var policy in policies.OrderBy(policy => policy.ProductOrPlanId))
        {
            var id = policy.ProductOrPlanId;
            var (product, plan) = (products.GetValueOrDefault(id), plans.GetValueOrDefault(id));
            object?[] decided =
            [
                AssessProduct.Decide(id, policy, product, [.. policy.ApiIds.Distinct().SelectMany(api => apis[(policy.Source, policy.OrgId, api)])], product?.Text, now),
                AssessPlan.Decide(id, policy, plan, plan?.Text, now),
            ];
            object[] happened = [.. decided.OfType<object>()];
            if (happened.Length == 0) continue;
            if (versions.TryGetValue(id, out var version)) session.Events.Append(id, version + happened.Length, happened);
            else session.Events.StartStream(id, happened);
        }

        await session.SaveChangesAsync(ct);
    }

    /// <summary>Products that contain any of these APIs: one step in the index for each.</summary>
    static async Task<IReadOnlyList<Guid>> ContainingAsync(IQuerySession session, TykApiChanged[] apis, CancellationToken ct) => apis.Length == 0 ? [] : await session.AdvancedSql.QueryAsync<Guid>("""
        select distinct (policy.data ->> 'ProductOrPlanId')::uuid
        from unnest(?, ?, ?) as api (source, org, id) cross join lateral (
            select data from mt_doc_knownpolicy where data @> jsonb_build_object('ApiIds', jsonb_build_array(api.id), 'Source', api.source, 'OrgId', api.org)) policy
        """, ct, apis.Select(api => api.Source).ToArray(), apis.Select(api => api.OrgId).ToArray(), apis.Select(api => api.ApiId).ToArray());

    static async Task<Dictionary<Guid, long>> VersionsAsync(IDocumentSession session, Guid[] streams, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select id, version from mt_streams where id = any(@ids)");
        command.Parameters.AddWithValue("ids", streams);
        await using var reader = await session.ExecuteReaderAsync(command, ct);
        var versions = new Dictionary<Guid, long>();
        while (await reader.ReadAsync(ct)) versions.Add(reader.GetGuid(0), reader.GetInt64(1));
        return versions;
    }
}
