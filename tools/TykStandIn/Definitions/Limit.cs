using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace DevPortal.TykStandIn;

/// <summary>Rate and quota of one API inside a policy or a key. −1 and 0 mean unlimited; zero values are not written.</summary>
sealed record Limit
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

    [JsonPropertyName("quota_max"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long QuotaMax { get; set; }

    [JsonPropertyName("quota_renews"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long QuotaRenews { get; set; }

    [JsonPropertyName("quota_remaining"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long QuotaRemaining { get; set; }

    [JsonPropertyName("quota_renewal_rate"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long QuotaRenewalRate { get; set; }

    [JsonIgnore]
    public bool IsEmpty => this == new Limit();

    [JsonIgnore]
    public bool HasRate => Rate != 0 && Per != 0;

    /// <summary>Seconds between two calls; what the gateway compares rates by. Unlimited is the fastest.</summary>
    [JsonIgnore]
    public double SecondsPerCall => Rate <= 0 || Per <= 0 ? 0 : Per / Rate;
}
