using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace DevPortal.TykStandIn;

/// <summary>A policy as the gateway keeps it: fields it does not know are dropped, all it knows are written.</summary>
sealed class Policy
{
    [JsonPropertyName("_id")]
    public string MongoId { get; set; } = "";

    [JsonPropertyName("id")]
    public string Id { get; set; } = "";

    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    [JsonPropertyName("org_id")]
    public string OrgId { get; set; } = "";

    [JsonPropertyName("rate")]
    public double Rate { get; set; }

    [JsonPropertyName("per")]
    public double Per { get; set; }

    [JsonPropertyName("quota_max")]
    public long QuotaMax { get; set; }

    [JsonPropertyName("quota_renewal_rate")]
    public long QuotaRenewalRate { get; set; }

    [JsonPropertyName("throttle_interval")]
    public double ThrottleInterval { get; set; }

    [JsonPropertyName("throttle_retry_limit")]
    public int ThrottleRetryLimit { get; set; }

    [JsonPropertyName("max_query_depth")]
    public int MaxQueryDepth { get; set; }

    [JsonPropertyName("access_rights")]
    public Dictionary<string, AccessRight>? AccessRights { get; set; }

    [JsonPropertyName("hmac_enabled")]
    public bool HmacEnabled { get; set; }

    [JsonPropertyName("enable_http_signature_validation")]
    public bool EnableHttpSignatureValidation { get; set; }

    /// <summary>Kept, never looked at: <see cref="IsInactive"/> is what switches a policy off.</summary>
    [JsonPropertyName("active")]
    public bool Active { get; set; }

    [JsonPropertyName("is_inactive")]
    public bool IsInactive { get; set; }

    [JsonPropertyName("tags")]
    public List<string>? Tags { get; set; }

    /// <summary>Seconds; read only when a key is created.</summary>
    [JsonPropertyName("key_expires_in")]
    public long KeyExpiresIn { get; set; }

    [JsonPropertyName("post_expiry_action"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? PostExpiryAction { get; set; }

    [JsonPropertyName("post_expiry_grace_period")]
    public long PostExpiryGracePeriod { get; set; }

    [JsonPropertyName("partitions")]
    public Partitions Partitions { get; set => field = value ?? new(); } = new();

    [JsonPropertyName("last_updated")]
    public string LastUpdated { get; set; } = "";

    [JsonPropertyName("meta_data")]
    public Dictionary<string, JsonNode?>? MetaData { get; set; }

    [JsonPropertyName("graphql_access_rights")]
    public JsonNode? GraphQlAccessRights { get; set; }

    [JsonPropertyName("smoothing")]
    public JsonNode? Smoothing { get; set; }

    [JsonIgnore]
    public bool GivesAccess => Partitions.All || Partitions.Acl;

    [JsonIgnore]
    public bool GivesQuota => Partitions.All || Partitions.Quota;

    [JsonIgnore]
    public bool GivesRate => Partitions.All || Partitions.RateLimit;

    [JsonIgnore]
    public bool GivesComplexity => Partitions.All || Partitions.Complexity;

    public Limit ToLimit() => new()
    {
        Rate = Rate,
        Per = Per,
        Smoothing = Smoothing?.DeepClone(),
        ThrottleInterval = ThrottleInterval,
        ThrottleRetryLimit = ThrottleRetryLimit,
        MaxQueryDepth = MaxQueryDepth,
        QuotaMax = QuotaMax,
        QuotaRenewalRate = QuotaRenewalRate,
    };
}

/// <summary>Which parts of a policy count; none set means every part.</summary>
sealed class Partitions
{
    [JsonPropertyName("quota")]
    public bool Quota { get; set; }

    [JsonPropertyName("rate_limit")]
    public bool RateLimit { get; set; }

    [JsonPropertyName("complexity")]
    public bool Complexity { get; set; }

    [JsonPropertyName("acl")]
    public bool Acl { get; set; }

    [JsonPropertyName("per_api")]
    public bool PerApi { get; set; }

    [JsonIgnore]
    public bool Any => Quota || RateLimit || Complexity || Acl;

    [JsonIgnore]
    public bool All => !Any;
}
