using System.Text.Json;
using System.Text.Json.Serialization;

namespace DevPortal.Tyk;

/// <summary>Whose key it is. <see cref="PortalId"/> is the installation, made once; with it and the credential's id a key is told to be ours.</summary>
public sealed record KeyOwner(
    string PortalId, string CredentialId, string ApplicationId, string DeveloperId, string OrganisationId, IReadOnlyList<string> TeamIds);

/// <summary>
/// What a credential's key should be: the policies of its products and of its plan, nothing of its own. Two recipes with the same content
/// give the same text.
/// </summary>
public sealed record KeyRecipe
{
    /// <param name="products">Policy ids of the products; at least one, since a key without rights may open every API.</param>
    /// <param name="plan">Policy id of the plan. It stands last: Tyk takes <c>key_expires_in</c> and meta data from the last.</param>
    /// <param name="orgId">Tyk organisation of the source; a key without one finds no policy.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="expires">End of the grant; null = never.</param>
    public KeyRecipe(IReadOnlyList<string> products, string plan, string orgId, KeyOwner owner, DateTimeOffset? expires)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentException.ThrowIfNullOrWhiteSpace(plan);
        ArgumentException.ThrowIfNullOrWhiteSpace(orgId);
        if (products is not { Count: > 0 } || products.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("A key needs the policy of at least one product.", nameof(products));
        }

        Products = [.. products.Distinct(StringComparer.Ordinal)];
        Plan = plan;
        OrgId = orgId;
        Owner = owner;
        Expires = expires;
    }

    public IReadOnlyList<string> Products { get; }

    public string Plan { get; }

    public string OrgId { get; }

    public KeyOwner Owner { get; }

    public DateTimeOffset? Expires { get; }

    /// <summary>All policies in the order of <c>apply_policies</c>.</summary>
    public IEnumerable<string> Policies => [.. Products, Plan];

    /// <summary>
    /// Unix seconds as Tyk wants them: 0 = never, 1 = expired. A time that has passed becomes 1, because Tyk ignores an expiry in the past.
    /// </summary>
    public long ExpiresAt(DateTimeOffset now) => Expires switch
    {
        null => 0,
        { } end when end <= now => KeySpec.ExpiredAtOnce,
        { } end => end.ToUnixTimeSeconds(),
    };

    /// <summary>The session to send at create or update.</summary>
    public KeySpec ToKey(DateTimeOffset now) => new()
    {
        OrgId = OrgId,
        Policies = [.. Policies],
        Tags = [$"app-{Owner.ApplicationId}", $"org-{Owner.OrganisationId}"],
        MetaData = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [KeyMeta.PortalId] = Owner.PortalId,
            [KeyMeta.CredentialId] = Owner.CredentialId,
            [KeyMeta.ApplicationId] = Owner.ApplicationId,
            [KeyMeta.DeveloperId] = Owner.DeveloperId,
            [KeyMeta.OrganisationId] = Owner.OrganisationId,
            [KeyMeta.TeamIds] = string.Join(',', Owner.TeamIds),
        },
        Expires = ExpiresAt(now),
    };

    /// <summary>
    /// Whether Tyk will set an expiry of a policy's instead of ours at create, so that ours has to be put afterwards.
    /// </summary>
    public bool ExpiryIsOverridden(IReadOnlyCollection<TykPolicy> atGateway) =>
        atGateway.Any(policy => policy.OrgId == OrgId && policy.KeyExpiresIn is not null && Policies.Contains(policy.Id));

    /// <summary>
    /// Why the recipe must not be sent now: each policy that the gateway does not have, or has switched off, or has for another
    /// organisation only. Empty = send. A plan that is missing at create would give a key without limits.
    /// </summary>
    public IReadOnlyList<MissingPolicy> MissingPolicies(IReadOnlyCollection<TykPolicy> atGateway)
    {
        var missing = new List<MissingPolicy>();
        foreach (var id in Policies)
        {
            var same = atGateway.Where(policy => policy.Id == id).ToList();
            if (same.Find(policy => policy.OrgId == OrgId) is not { } found)
            {
                missing.Add(new(id, same.Count == 0 ? "is not at the gateway" : "belongs to another organisation"));
            }
            else if (found.WhyInactive is { } why)
            {
                missing.Add(new(id, $"is inactive at the gateway ({why})"));
            }
            else if (ClassifyPolicy.Classify(found) is var kind && (id == Plan ? kind is not PolicyClass.Plan : kind is not PolicyClass.Product))
            {
                // A plan that became something else would leave the key without the limits that were approved.
                missing.Add(new(id, id == Plan ? "is no plan any more" : "is no product any more"));
            }
        }

        return missing;
    }
}

/// <summary>One policy that a key waits for.</summary>
public sealed record MissingPolicy(string PolicyId, string Reason)
{
    public override string ToString() => $"policy {PolicyId} {Reason}";
}

/// <summary>Names in the key's meta data.</summary>
public static class KeyMeta
{
    public const string PortalId = "PortalID";
    public const string CredentialId = "CredentialID";
    public const string ApplicationId = "ApplicationID";
    public const string DeveloperId = "DeveloperID";
    public const string OrganisationId = "OrganisationID";
    public const string TeamIds = "TeamIDs";
}

/// <summary>The session object that is sent. Made by <see cref="KeyRecipe.ToKey"/> or <see cref="ExpiredAndPowerless"/>, so that none is empty.</summary>
public sealed record KeySpec
{
    /// <summary>What <c>expires</c> must be for a key that is to be expired: any other time in the past is ignored by Tyk.</summary>
    public const long ExpiredAtOnce = 1;

    internal KeySpec()
    {
    }

    [JsonPropertyName("org_id")]
    public required string OrgId { get; init; }

    [JsonPropertyName("apply_policies"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Policies { get; init; }

    [JsonPropertyName("access_rights"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, SpecRight>? Rights { get; init; }

    [JsonPropertyName("tags"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Tags { get; init; }

    [JsonPropertyName("meta_data"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? MetaData { get; init; }

    [JsonPropertyName("expires")]
    public long Expires { get; init; }

    /// <summary>
    /// A key that is expired and opens nothing: the sentinel, the probe, and what overwrites a key whose hash is not known before it is
    /// deleted. Its one right names an API that does not exist, because a key without any may open all.
    /// </summary>
    public static KeySpec ExpiredAndPowerless(string orgId) => new()
    {
        OrgId = orgId,
        Rights = new Dictionary<string, SpecRight>
        {
            [Nowhere] = new(Nowhere, Nowhere, ["Default"]),
        },
        Expires = ExpiredAtOnce,
    };

    public string ToJson() => JsonSerializer.Serialize(this);

    private const string Nowhere = "devportal-sentinel";
}

/// <summary>An access right inside a <see cref="KeySpec"/>.</summary>
public sealed record SpecRight(
    [property: JsonPropertyName("api_id")] string ApiId,
    [property: JsonPropertyName("api_name")] string ApiName,
    [property: JsonPropertyName("versions")] IReadOnlyList<string> Versions);
