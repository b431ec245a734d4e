using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace DevPortal.TykStandIn;

/// <summary>What a policy or a key may do at one API.</summary>
sealed class AccessRight
{
    [JsonPropertyName("api_name"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? ApiName { get; set; }

    [JsonPropertyName("api_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? ApiId { get; set; }

    [JsonPropertyName("versions"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public List<string>? Versions { get; set; }

    [JsonPropertyName("allowed_urls"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public List<AllowedUrl>? AllowedUrls { get; set; }

    [JsonPropertyName("restricted_types"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonArray? RestrictedTypes { get; set; }

    [JsonPropertyName("allowed_types"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonArray? AllowedTypes { get; set; }

    [JsonPropertyName("limit"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Limit? WrittenLimit { get => Limit.IsEmpty ? null : Limit; set => Limit = value ?? new(); }

    [JsonPropertyName("disable_introspection"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DisableIntrospection { get; set; }

    [JsonPropertyName("field_access_rights"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonArray? FieldAccessRights { get; set; }

    [JsonPropertyName("endpoints"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonArray? Endpoints { get; set; }

    /// <summary>Name of the counter that calls to this API use beside the key's own; set by the gateway.</summary>
    [JsonPropertyName("allowance_scope"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? AllowanceScope { get; set; }

    [JsonIgnore]
    public Limit Limit { get; set; } = new();
}

sealed class AllowedUrl
{
    /// <summary>A regular expression, matched anywhere in the path behind the listen path.</summary>
    [JsonPropertyName("url")]
    public string Url { get; set; } = "";

    [JsonPropertyName("methods")]
    public List<string> Methods { get; set; } = [];
}
