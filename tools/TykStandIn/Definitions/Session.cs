using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace DevPortal.TykStandIn;

/// <summary>The record behind a key. Zero values are not written, fields the gateway does not know are dropped.</summary>
sealed class Session
{
    [JsonPropertyName("rate"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Rate { get; set; }

    [JsonPropertyName("per"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Per { get; set; }

    [JsonPropertyName("smoothing"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonNode? Smoothing { get; set; }

    [JsonPropertyName("throttle_interval"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double ThrottleInterval { get; set; }

    [JsonPropertyName("throttle_retry_limit"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ThrottleRetryLimit { get; set; }

    [JsonPropertyName("max_query_depth"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int MaxQueryDepth { get; set; }

    [JsonPropertyName("date_created")]
    public DateTimeOffset DateCreated { get; set; }

    /// <summary>Unix seconds; 0 never, 1 is how a key is switched off.</summary>
    [JsonPropertyName("expires"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Expires { get; set; }

    [JsonPropertyName("quota_max"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long QuotaMax { get; set; }

    [JsonPropertyName("quota_renews"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long QuotaRenews { get; set; }

    [JsonPropertyName("quota_remaining"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long QuotaRemaining { get; set; }

    [JsonPropertyName("quota_renewal_rate"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long QuotaRenewalRate { get; set; }

    [JsonPropertyName("access_rights"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Dictionary<string, AccessRight>? WrittenAccessRights { get => AccessRights.Count == 0 ? null : AccessRights; set => AccessRights = value ?? []; }

    [JsonPropertyName("org_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WrittenOrgId { get => OrgId.Length == 0 ? null : OrgId; set => OrgId = value ?? ""; }

    [JsonPropertyName("certificate"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Certificate { get; set; }

    [JsonPropertyName("is_inactive"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsInactive { get; set; }

    [JsonPropertyName("apply_policy_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? ApplyPolicyId { get; set; }

    [JsonPropertyName("apply_policies"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public List<string>? WrittenPolicies { get => ApplyPolicies.Count == 0 ? null : ApplyPolicies; set => ApplyPolicies = value ?? []; }

    [JsonPropertyName("session_lifetime"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SessionLifetime { get; set; }

    [JsonPropertyName("enable_detailed_recording"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EnableDetailedRecording { get; set; }

    [JsonPropertyName("meta_data"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, JsonNode?>? WrittenMetaData { get => MetaData.Count == 0 ? null : MetaData; set => MetaData = value ?? []; }

    [JsonPropertyName("tags"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public List<string>? WrittenTags { get => Tags.Count == 0 ? null : Tags; set => Tags = value ?? []; }

    [JsonPropertyName("alias"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WrittenAlias { get => Alias.Length == 0 ? null : Alias; set => Alias = value ?? ""; }

    [JsonPropertyName("last_updated"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? LastUpdated { get; set; }

    [JsonIgnore]
    public Dictionary<string, AccessRight> AccessRights { get; set; } = [];

    [JsonIgnore]
    public string OrgId { get; set; } = "";

    [JsonIgnore]
    public List<string> ApplyPolicies { get; set; } = [];

    [JsonIgnore]
    public Dictionary<string, JsonNode?> MetaData { get; set; } = [];

    [JsonIgnore]
    public List<string> Tags { get; set; } = [];

    [JsonIgnore]
    public string Alias { get; set; } = "";

    /// <summary>The policies by id; the old single field counts only when the list is empty.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Policies =>
        ApplyPolicies.Count > 0 ? ApplyPolicies : string.IsNullOrEmpty(ApplyPolicyId) ? [] : [ApplyPolicyId];

    public bool HasExpired(DateTimeOffset now) => Expires >= 1 && now > DateTimeOffset.FromUnixTimeSeconds(Expires);
}
