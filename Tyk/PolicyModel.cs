using System.Text.Json;

namespace DevPortal.Tyk;

/// <summary>One Tyk policy, read tolerantly. What is not named here stays in <see cref="Raw"/>, byte for byte as Tyk or the file had it.</summary>
public sealed record TykPolicy
{
    /// <summary>The id that stands in <c>apply_policies</c>: the map's key, else <c>id</c>, else <c>_id</c>, else the file's name.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Null when the policy has none: it can't be used then (a key with a chosen id does not find it).</summary>
    public string? OrgId { get; init; }

    public required Partitions Partitions { get; init; }

    /// <summary>What this policy enforces: only what its partitions own; without any partition, all of it.</summary>
    public required Limits Limits { get; init; }

    /// <summary>The APIs it opens by API id: union of <c>access_rights</c> (the map's key counts, as in Tyk) and <c>access_rights_array</c>.</summary>
    public required IReadOnlyDictionary<string, ApiRight> Rights { get; init; }

    public bool IsInactive { get; init; }

    /// <summary>Dashboard's <c>state</c>: <c>active</c>, <c>draft</c>, <c>deny</c>, or null.</summary>
    public string? State { get; init; }

    /// <summary>Lifetime that Tyk gives to new keys; null = none.</summary>
    public TimeSpan? KeyExpiresIn { get; init; }

    /// <summary><c>retain</c>, <c>delete</c> or null. With <c>delete</c> an expired key's record goes.</summary>
    public string? PostExpiryAction { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required string Raw { get; init; }

    /// <summary>Whether keys may use it: one inactive policy blocks a whole key. Tyk itself ignores the field <c>active</c>.</summary>
    public bool IsActive => !IsInactive && State is not ("draft" or "deny");

    /// <summary>Why it is not active, for people; null when it is.</summary>
    public string? WhyInactive => IsInactive ? "is_inactive is set" : State is "draft" or "deny" ? $"its state is {State}" : null;

    /// <summary>
    /// Reads one policy object. <paramref name="fallbackId"/> is taken where the text has neither <c>id</c> nor <c>_id</c>;
    /// <paramref name="forcedId"/> (a map's key, an index's override) wins over both.
    /// </summary>
    public static ReadResult<TykPolicy> Parse(JsonElement json, string? raw = null, string? fallbackId = null, string? forcedId = null)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return new ReadResult<TykPolicy>.Broken("a policy must be a JSON object");
        }

        raw ??= json.GetRawText();
        if (!json.IsUnicode(raw))
        {
            return new ReadResult<TykPolicy>.Broken(BrokenJson.NoUnicode);
        }

        var id = forcedId ?? json.Text("id") ?? json.Text("_id") ?? fallbackId;
        if (string.IsNullOrWhiteSpace(id))
        {
            return new ReadResult<TykPolicy>.Broken("the policy has neither id nor _id");
        }

        var partitions = Partitions.Read(json.Get("partitions"));
        return new ReadResult<TykPolicy>.Read(new TykPolicy
        {
            Id = id,
            Name = json.Text("name") ?? id,
            OrgId = json.Text("org_id"),
            Partitions = partitions,
            Limits = Limits.Read(json, rate: partitions.RateLimit || partitions.None, quota: partitions.Quota || partitions.None),
            Rights = ReadRights(json),
            IsInactive = json.Flag("is_inactive"),
            State = json.Text("state"),
            KeyExpiresIn = json.Whole("key_expires_in") is > 0 and <= 3_155_760_000 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
            PostExpiryAction = json.Text("post_expiry_action"),
            Tags = json.Texts("tags"),
            Raw = raw,
        });
    }

    /// <summary>Reads one policy from its text; a text that is no JSON is <c>Broken</c>, never an exception.</summary>
    public static ReadResult<TykPolicy> Parse(string text, string? fallbackId = null, string? forcedId = null)
    {
        try
        {
            using var document = JsonDocument.Parse(text, TykJson.Tolerant);
            return Parse(document.RootElement, text, fallbackId, forcedId);
        }
        catch (JsonException broken)
        {
            return new ReadResult<TykPolicy>.Broken(BrokenJson.Describe(broken));
        }
    }

    private static Dictionary<string, ApiRight> ReadRights(JsonElement json)
    {
        var rights = new Dictionary<string, ApiRight>(StringComparer.Ordinal);
        foreach (var right in json.Get("access_rights").Members())
        {
            var api = right.Name.Replace("\0", "", StringComparison.Ordinal);
            rights[api] = new ApiRight(api, right.Value.Text("api_name"), right.Value.Texts("versions"));
        }

        if (json.Get("access_rights_array") is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (var right in list.EnumerateArray())
            {
                // Old Dashboards wrote apiid and apiname.
                if ((right.Text("api_id") ?? right.Text("apiid")) is { } api)
                {
                    rights.TryAdd(api, new ApiRight(api, right.Text("api_name") ?? right.Text("apiname"), right.Texts("versions")));
                }
            }
        }

        return rights;
    }
}

/// <summary>One API that a policy or a key opens.</summary>
public sealed record ApiRight(string ApiId, string? ApiName, IReadOnlyList<string> Versions);

/// <summary>Which parts of a key a policy owns. None set = all of them ("monolithic").</summary>
public sealed record Partitions(bool Acl, bool RateLimit, bool Quota, bool Complexity, bool PerApi)
{
    public bool None => !(Acl || RateLimit || Quota || Complexity || PerApi);

    internal static Partitions Read(JsonElement? json) => json is { } from
        ? new(from.Flag("acl"), from.Flag("rate_limit"), from.Flag("quota"), from.Flag("complexity"), from.Flag("per_api"))
        : new(false, false, false, false, false);
}

/// <summary>Either the thing, or why its text is no such thing.</summary>
public abstract record ReadResult<T>
{
    private ReadResult()
    {
    }

    public sealed record Read(T Value) : ReadResult<T>;

    public sealed record Broken(string Reason) : ReadResult<T>;
}

internal static class BrokenJson
{
    public const string NoUnicode = "it holds text that is no Unicode (half a surrogate pair)";

    public static string Describe(JsonException broken) =>
        broken.LineNumber is { } line ? $"no valid JSON at line {line + 1}, byte {broken.BytePositionInLine + 1}" : "no valid JSON";
}
