using System.Text.Json;

namespace DevPortal.Tyk;

/// <summary>A key as the gateway reads it back: policies applied, without its id.</summary>
public sealed record KeySession
{
    public required string? OrgId { get; init; }

    public required IReadOnlyList<string> Policies { get; init; }

    /// <summary>What it opens. Read with its policies' presence: rights of a policy that is gone are still shown here.</summary>
    public required IReadOnlyDictionary<string, KeyRight> Rights { get; init; }

    public required Limits Limits { get; init; }

    /// <summary>Unix seconds; null = never, 1 = expired at once.</summary>
    public required long? Expires { get; init; }

    public required bool IsInactive { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyDictionary<string, string> MetaData { get; init; }

    /// <summary>Reads a session; null where the text is no session.</summary>
    public static KeySession? Parse(JsonElement json) => json.ValueKind != JsonValueKind.Object ? null : new KeySession
    {
        OrgId = json.Text("org_id"),
        Policies = json.Texts("apply_policies") is { Count: > 0 } several ? several : json.Text("apply_policy_id") is { } one ? [one] : [],
        Rights = json.Get("access_rights").Members().GroupBy(right => right.Name, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => KeyRight.Read(same.Last().Value), StringComparer.Ordinal),
        Limits = Limits.Read(json),
        Expires = json.Whole("expires") is > 0 and var expires ? expires : null,
        IsInactive = json.Flag("is_inactive"),
        Tags = json.Texts("tags"),
        MetaData = json.Get("meta_data").Members().GroupBy(entry => entry.Name, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.Last().Value.ToString(), StringComparer.Ordinal),
    };

    // A foreign key's meta data may hold anything, also a secret.
    public override string ToString() => $"key of {OrgId} with {Policies.Count} policies";
}

/// <summary>One API of a key. <see cref="Limits"/> null = none of its own, the key's count.</summary>
public sealed record KeyRight(IReadOnlyList<string> Versions, Limits? Limits)
{
    internal static KeyRight Read(JsonElement json) =>
        // null, {} and all zeros mean the same: no limit of its own.
        new(json.Texts("versions"), json.Get("limit") is { } limit && Limits.Read(limit) is { IsUnlimited: false } own ? own : null);
}
