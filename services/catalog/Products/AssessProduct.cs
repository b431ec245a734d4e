using DevPortal.Catalog.Tyk;
using DevPortal.Contracts.TykSync;
using Marten;

namespace DevPortal.Catalog.Products;

/// <summary>Puts together what Tyk and the portal say of a product, and records it if it is not what was recorded last.</summary>
public static class AssessProduct
{
    // What credentials can make today.
    const string ApiKey = "authToken";

    /// <summary>Reads the facts as they are now (hold the product's lock) and decides with the given text; null if nothing changed.</summary>
    internal static async Task<ProductAssessed?> DecideAsync(
        IQuerySession session, Guid id, Product? product, ProductText? text, DateTimeOffset now, CancellationToken ct)
    {
        if (await session.LoadAsync<KnownPolicy>(KnownPolicy.StreamOf(id), ct) is not { } policy) return null;
        var apis = await session.Query<KnownApi>()
            .Where(api => api.ApiId.IsOneOf(policy.ApiIds) && api.Source == policy.Source && api.OrgId == policy.OrgId).ToListAsync(ct);
        return Decide(id, policy, product, apis, text, now);
    }

    /// <summary>Decides by facts that were read under the product's lock; null if nothing changed.</summary>
    public static ProductAssessed? Decide(Guid id, KnownPolicy policy, Product? product, IReadOnlyList<KnownApi> apis, ProductText? text, DateTimeOffset now)
    {
        // A policy can turn from a product into a plan; then there is a product to be hidden, or nothing to do.
        if (policy.Kind != PolicyKind.Product && product is null) return null;
        var standing = Judge(policy, apis, text);
        return product is not null && Same.As(product.Now, standing) ? null : new ProductAssessed(id, standing, now);
    }

    /// <summary>What a product is, by its policy, those of its APIs that are known, and the portal's text.</summary>
    public static ProductStanding Judge(KnownPolicy policy, IReadOnlyList<KnownApi> apis, ProductText? text)
    {
        var hidden = policy.Kind == PolicyKind.Product ? policy.HiddenBecause : "At Tyk it is a plan now.";
        KnownApi[] there = [.. apis.Where(api => api.HiddenBecause is null).OrderBy(api => api.SortName, StringComparer.Ordinal).ThenBy(api => api.Id)];
        var warnings = policy.Warnings
            .Concat(policy.ApiIds.Except(apis.Select(api => api.ApiId)).Order(StringComparer.Ordinal).Select(api => $"The policy names the API {api}, which is not there."))
            .Concat(apis.Where(api => api.HiddenBecause is not null).OrderBy(api => api.ApiId, StringComparer.Ordinal).Select(api => $"The API {api.Name} is hidden: {api.HiddenBecause}"));
        var refusal = hidden is not null ? "The gateway does not offer it at the moment." : WhyNotRequestable(there);
        return new ProductStanding(
            new TykFacts(policy.Source, policy.OrgId, policy.PolicyId, policy.Name, hidden, [.. warnings.Distinct()]),
            text?.Title ?? policy.Name, text?.Summary, text?.Tags ?? [], hidden is null && text is { Published: true }, refusal,
            [.. there.Select(api => api.Id)], CommonKind(there));
    }

    /// <summary>One key must open all of it.</summary>
    static string? WhyNotRequestable(KnownApi[] apis) => apis switch
    {
        [] => "None of its APIs is there at the moment.",
        _ when apis.All(IsOpen) => "It needs no credential: everybody may call it.",
        _ when apis.FirstOrDefault(IsOpen) is { } open => $"Its API {open.Name} needs no credential, while others need one.",
        _ when apis.FirstOrDefault(api => api.Authentication.Length != 1) is { } odd => $"Its API {odd.Name} asks for more than one kind of credential at once: {Words(odd)}.",
        _ when CommonKind(apis) is null => $"Its APIs need different kinds of credentials: {string.Join(", ", apis.DistinctBy(api => api.Authentication[0]).Select(api => $"{api.Name} {Words(api)}"))}.",
        _ when CommonKind(apis) != ApiKey => $"It needs {Words(apis[0])}, which cannot be requested here yet.",
        _ => null,
    };

    static bool IsOpen(KnownApi api) => api.Authentication is ["keyless"];

    // Tyk asks for all kinds that are switched on, so an API with two of them is not opened by a key alone.
    static string? CommonKind(KnownApi[] apis) =>
        apis is [{ Authentication: [var first] }, ..] && apis.All(api => api.Authentication is [var one] && one == first) ? first : null;

    static string Words(KnownApi api) => api.Authentication.Length == 0 ? "none that is known" : string.Join(" and ", api.Authentication.Select(kind => kind switch
    {
        ApiKey => "an API key",
        "jwt" => "a JSON Web Token",
        "oauth" or "externalOAuth" => "an OAuth 2.0 token",
        "openId" => "an OpenID Connect token",
        "basic" => "a user name and password",
        "mutualTls" => "a client certificate",
        "hmac" => "a signature",
        "keyless" => "nothing",
        _ => $"a credential of kind {kind}",
    }));
}
