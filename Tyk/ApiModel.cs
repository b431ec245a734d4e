using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DevPortal.Tyk;

/// <summary>How a caller proves who he is to an API.</summary>
public enum AuthKind
{
    Keyless,
    AuthToken,
    Jwt,
    OAuth,
    ExternalOAuth,
    OpenId,
    Basic,
    MutualTls,
    Hmac,
    Plugin,
}

/// <summary>One API at the gateway, from a classic or a Tyk OAS definition. Everything else stays in <see cref="Raw"/>, byte for byte.</summary>
public sealed record TykApi
{
    public required string Id { get; init; }

    /// <summary>Without the <c>#category</c> suffixes that classic definitions carry in the name.</summary>
    public required string Name { get; init; }

    public string? OrgId { get; init; }

    /// <summary>With a leading slash, as the definition has it.</summary>
    public required string ListenPath { get; init; }

    public required bool IsActive { get; init; }

    /// <summary>Reachable only from other APIs.</summary>
    public bool IsInternal { get; init; }

    public required bool IsOas { get; init; }

    /// <summary>All kinds that are switched on, sorted; never empty.</summary>
    public required IReadOnlyList<AuthKind> Auth { get; init; }

    /// <summary>Names of the versions; empty when not versioned.</summary>
    public required IReadOnlyList<string> Versions { get; init; }

    public required IReadOnlyList<string> Categories { get; init; }

    public required string Raw { get; init; }

    /// <summary>Whether <see cref="OpenApi"/> has a document to show.</summary>
    public bool HasOpenApi => OasDocument is not null;

    /// <summary>The Tyk OAS document inside <see cref="Raw"/>; null for classic definitions.</summary>
    private string? OasDocument { get; init; }

    /// <summary>
    /// The OpenAPI document fit to be shown: without Tyk's extensions (they name the upstream) and with <c>servers</c> from the source's
    /// public URL; without one, no servers at all, since those in the document are the gateway's own. Null for classic definitions.
    /// </summary>
    public string? OpenApi(Uri? publicUrl)
    {
        if (OasDocument is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(OasDocument, TykJson.Tolerant);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WritePublic(document.RootElement, publicUrl is null ? null : publicUrl.AbsoluteUri.TrimEnd('/') + ListenPath.TrimEnd('/'), writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>
    /// Reads one API in any of the shapes that gateways and dumps have: wrapped (<c>api_definition</c> and/or <c>oas</c>, the latter possibly
    /// a stub), bare classic, bare Tyk OAS. Overrides come from a dump's index.
    /// </summary>
    public static ReadResult<TykApi> Parse(JsonElement json, string? raw = null, ApiOverrides? overrides = null)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return new ReadResult<TykApi>.Broken("an API definition must be a JSON object");
        }

        raw ??= json.GetRawText();
        if (!json.IsUnicode(raw))
        {
            return new ReadResult<TykApi>.Broken(BrokenJson.NoUnicode);
        }

        if (json.Get("oas") is { } wrapped && wrapped.Get("x-tyk-api-gateway") is not null)
        {
            return ParseOas(wrapped, raw, wrapped.GetRawText(), json.Texts("categories"), overrides);
        }

        if (json.Get("x-tyk-api-gateway") is not null)
        {
            return ParseOas(json, raw, raw, [], overrides);
        }

        if (json.Get("api_definition") is { } definition)
        {
            return ParseClassic(definition, raw, overrides);
        }

        return json.Get("proxy") is not null
            ? ParseClassic(json, raw, overrides)
            : new ReadResult<TykApi>.Broken("neither a classic nor a Tyk OAS definition");
    }

    /// <summary>Reads one API from its text; a text that is no JSON is <c>Broken</c>, never an exception.</summary>
    public static ReadResult<TykApi> Parse(string text, ApiOverrides? overrides = null)
    {
        try
        {
            using var document = JsonDocument.Parse(text, TykJson.Tolerant);
            return Parse(document.RootElement, text, overrides);
        }
        catch (JsonException broken)
        {
            return new ReadResult<TykApi>.Broken(BrokenJson.Describe(broken));
        }
    }

    /// <summary>One list out of Tyk's two: OAS APIs appear in the classic list too, as <c>is_oas</c>; their document wins.</summary>
    public static IReadOnlyList<TykApi> Combine(IEnumerable<TykApi> classic, IEnumerable<TykApi> oas)
    {
        var documents = oas.ToLookup(api => (api.OrgId, api.Id));
        var all = classic.Where(api => !documents.Contains((api.OrgId, api.Id))).Concat(documents.Select(same => same.First()));
        return [.. all.OrderBy(api => api.Id, StringComparer.Ordinal)];
    }

    private static ReadResult<TykApi> ParseClassic(JsonElement json, string raw, ApiOverrides? overrides)
    {
        var id = overrides?.ApiId ?? json.Text("api_id");
        if (string.IsNullOrWhiteSpace(id))
        {
            return new ReadResult<TykApi>.Broken("the API has no api_id");
        }

        var (name, categories) = SplitName(json.Text("name") ?? id);
        return new ReadResult<TykApi>.Read(new TykApi
        {
            Id = id,
            Name = name,
            OrgId = overrides?.OrgId ?? json.Text("org_id"),
            ListenPath = Rooted(overrides?.ListenPath ?? json.Get("proxy")?.Text("listen_path")),
            IsActive = json.Flag("active"),
            IsInternal = json.Flag("internal"),
            IsOas = json.Flag("is_oas"),
            Auth = ClassicAuth(json),
            Versions = json.Path("version_data", "not_versioned") is { ValueKind: JsonValueKind.False }
                ? [.. json.Path("version_data", "versions").Members().Select(version => version.Name).Order(StringComparer.Ordinal)]
                : [],
            Categories = categories,
            Raw = raw,
        });
    }

    private static AuthKind[] ClassicAuth(JsonElement json)
    {
        if (json.Flag("use_keyless"))
        {
            return [AuthKind.Keyless];
        }

        var kinds = new SortedSet<AuthKind>();
        void Add(bool on, AuthKind kind)
        {
            if (on)
            {
                kinds.Add(kind);
            }
        }

        Add(json.Flag("use_standard_auth"), AuthKind.AuthToken);
        Add(json.Flag("enable_jwt"), AuthKind.Jwt);
        Add(json.Flag("use_oauth2"), AuthKind.OAuth);
        Add(json.Get("external_oauth")?.Flag("enabled") ?? false, AuthKind.ExternalOAuth);
        Add(json.Flag("use_openid"), AuthKind.OpenId);
        Add(json.Flag("use_basic_auth"), AuthKind.Basic);
        Add(json.Flag("use_mutual_tls_auth"), AuthKind.MutualTls);
        Add(json.Flag("enable_signature_checking"), AuthKind.Hmac);
        Add(json.Flag("enable_coprocess_auth") || json.Flag("use_go_plugin_auth") || json.Flag("custom_plugin_auth_enabled"), AuthKind.Plugin);
        // Tyk asks for an auth token where nothing is switched on.
        return kinds.Count == 0 ? [AuthKind.AuthToken] : [.. kinds];
    }

    private static ReadResult<TykApi> ParseOas(JsonElement json, string raw, string document, IReadOnlyList<string> categories, ApiOverrides? overrides)
    {
        var tyk = json.Get("x-tyk-api-gateway")!.Value;
        var info = tyk.Get("info") ?? default;
        var id = overrides?.ApiId ?? info.Text("id");
        if (string.IsNullOrWhiteSpace(id))
        {
            return new ReadResult<TykApi>.Broken("the API has no x-tyk-api-gateway.info.id");
        }

        var (name, inName) = SplitName(info.Text("name") ?? json.Get("info")?.Text("title") ?? id);
        var versioning = info.Get("versioning");
        return new ReadResult<TykApi>.Read(new TykApi
        {
            Id = id,
            Name = name,
            OrgId = overrides?.OrgId ?? info.Text("orgId"),
            ListenPath = Rooted(overrides?.ListenPath ?? tyk.Path("server", "listenPath")?.Text("value")),
            IsActive = info.Get("state")?.Flag("active") ?? false,
            IsInternal = info.Get("state")?.Flag("internal") ?? false,
            IsOas = true,
            Auth = OasAuth(json, tyk),
            Versions = versioning is { } on && on.Flag("enabled") ? OasVersions(on) : [],
            Categories = [.. categories.Concat(inName).Distinct(StringComparer.Ordinal)],
            Raw = raw,
            OasDocument = document,
        });
    }

    private static AuthKind[] OasAuth(JsonElement json, JsonElement tyk)
    {
        var kinds = new SortedSet<AuthKind>();
        if (tyk.Path("server", "clientCertificates") is { } certificates && certificates.Flag("enabled"))
        {
            kinds.Add(AuthKind.MutualTls);
        }

        if (tyk.Path("server", "authentication") is not { } authentication || !authentication.Flag("enabled"))
        {
            return kinds.Count == 0 ? [AuthKind.Keyless] : [.. kinds];
        }

        foreach (var scheme in authentication.Get("securitySchemes").Members().Where(scheme => scheme.Value.Flag("enabled")))
        {
            kinds.Add(SchemeKind(json.Path("components", "securitySchemes", scheme.Name) ?? default, scheme.Value));
        }

        foreach (var (member, kind) in new[] { ("oidc", AuthKind.OpenId), ("hmac", AuthKind.Hmac), ("custom", AuthKind.Plugin) })
        {
            if (authentication.Get(member) is { } on && on.Flag("enabled"))
            {
                kinds.Add(kind);
            }
        }

        return kinds.Count == 0 ? [AuthKind.AuthToken] : [.. kinds];
    }

    private static AuthKind SchemeKind(JsonElement scheme, JsonElement tyk) => (scheme.Text("type"), scheme.Text("scheme")) switch
    {
        ("http", "basic") => AuthKind.Basic,
        ("http", _) => AuthKind.Jwt,
        ("oauth2", _) => tyk.Get("providers") is null ? AuthKind.OAuth : AuthKind.ExternalOAuth,
        ("openIdConnect", _) => AuthKind.OpenId,
        ("mutualTLS", _) => AuthKind.MutualTls,
        _ => AuthKind.AuthToken,
    };

    private static string[] OasVersions(JsonElement versioning)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        if (versioning.Text("name") is { } own)
        {
            names.Add(own);
        }

        if (versioning.Get("versions") is { ValueKind: JsonValueKind.Array } list)
        {
            names.UnionWith(list.EnumerateArray().Select(version => version.Text("name")).OfType<string>());
        }

        return [.. names];
    }

    private static (string Name, IReadOnlyList<string> Categories) SplitName(string name)
    {
        var at = name.IndexOf(" #", StringComparison.Ordinal);
        return at <= 0
            ? (name.Trim(), [])
            : (name[..at].Trim(), [.. name[at..].Split('#', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);
    }

    private static string Rooted(string? path) => path is null ? "/" : path.StartsWith('/') ? path : "/" + path;

    private static void WritePublic(JsonElement root, string? server, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name == "servers" || member.Name.StartsWith("x-tyk-", StringComparison.Ordinal))
            {
                continue;
            }

            if (member.Name == "paths" && member.Value.ValueKind == JsonValueKind.Object)
            {
                writer.WritePropertyName(member.Name);
                // Paths and operations may name servers of their own, which are not the gateway.
                WriteWithoutServers(member.Value, depth: 2, writer);
                continue;
            }

            member.WriteTo(writer);
        }

        if (server is not null)
        {
            writer.WriteStartArray("servers");
            writer.WriteStartObject();
            writer.WriteString("url", server);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteWithoutServers(JsonElement from, int depth, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var member in from.EnumerateObject())
        {
            if (member.Name == "servers")
            {
                continue;
            }

            if (depth > 0 && member.Value.ValueKind == JsonValueKind.Object)
            {
                writer.WritePropertyName(member.Name);
                WriteWithoutServers(member.Value, depth - 1, writer);
            }
            else
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }
}

/// <summary>What a dump's index says instead of the definition.</summary>
public sealed record ApiOverrides(string? ApiId, string? OrgId, string? ListenPath);
