using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>One API: a classic definition, or an OpenAPI document with Tyk's extension; raw JSON, read where it is needed.</summary>
sealed class ApiDefinition
{
    public const string Extension = "x-tyk-api-gateway";

    static readonly JsonObject Defaults = JsonNode.Parse("""
        { "id": "", "name": "", "api_id": "", "org_id": "", "active": false, "internal": false, "use_keyless": false, "use_standard_auth": false,
          "enable_jwt": false, "use_oauth2": false, "use_openid": false, "use_basic_auth": false, "use_mutual_tls_auth": false,
          "use_go_plugin_auth": false, "enable_coprocess_auth": false, "enable_signature_checking": false, "domain": "", "tags": null,
          "auth": { "auth_header_name": "" }, "auth_configs": null, "disable_rate_limit": false, "disable_quota": false,
          "version_data": { "not_versioned": true, "default_version": "", "versions": {} },
          "proxy": { "listen_path": "", "target_url": "", "strip_listen_path": false } }
        """)!.AsObject();

    ApiDefinition(JsonObject classic, JsonObject? document) => (Classic, Document) = (classic, document);

    /// <summary>The classic form with the gateway's defaults; of an OAS API what <c>GET /tyk/apis</c> shows of it.</summary>
    public JsonObject Classic { get; }

    /// <summary>The OpenAPI document with <c>x-tyk-api-gateway</c>; null for a classic API.</summary>
    public JsonObject? Document { get; }

    public string Id => Classic.TextAt("api_id");

    public string Name => Classic.TextAt("name");

    public string OrgId => Classic.TextAt("org_id");

    public bool IsActive => Classic.TrueAt("active");

    public bool IsKeyless => Classic.TrueAt("use_keyless");

    public string ListenPath => "/" + Classic.TextAt("proxy", "listen_path").Trim('/');

    public string KeyHeader =>
        Classic.TextAt("auth_configs", "authToken", "auth_header_name") is { Length: > 0 } own ? own
        : Classic.TextAt("auth", "auth_header_name") is { Length: > 0 } old ? old
        : "Authorization";

    public static ApiDefinition FromClassic(JsonObject definition)
    {
        var classic = Overlay(Defaults, definition);
        if (classic.TextAt("api_id").Length == 0) classic["api_id"] = Guid.NewGuid().ToString("N");
        return new(classic, null);
    }

    public static ApiDefinition FromDocument(JsonObject document)
    {
        var own = document[Extension]!;
        own["info"] ??= new JsonObject();
        if (own.TextAt("info", "id").Length == 0) own["info"]!["id"] = Guid.NewGuid().ToString("N");
        return new(OasAsClassic.Convert(document, Defaults), document);
    }

    /// <summary>The three shapes of API files: a document with the extension, a wrapper, a bare classic definition. Null for anything else.</summary>
    public static ApiDefinition? FromFile(JsonNode? file)
    {
        if (file.At(Extension) is JsonObject) return FromDocument(file!.AsObject());
        if (file.At("oas", Extension) is JsonObject) return FromDocument(file.At("oas")!.DeepClone().AsObject());
        if (file.At("api_definition") is JsonObject wrapped) return FromClassic(wrapped);
        return file.At("proxy") is JsonObject ? FromClassic(file!.AsObject()) : null;
    }

    /// <summary>The document as the gateway hands it out: with its own addresses, and without the extension on request.</summary>
    public JsonObject Published(Uri gateway, bool withExtension)
    {
        var document = Document!.DeepClone().AsObject();
        var path = ListenPath;
        document["servers"] = new JsonArray(
            new JsonObject { ["url"] = gateway.ToString().TrimEnd('/') + path }, new JsonObject { ["url"] = path });
        if (!withExtension) document.Remove(Extension);
        else OasAsClassic.DropRepeatedHeaders(document);
        return document;
    }

    public static JsonObject Overlay(JsonObject defaults, JsonObject given)
    {
        var result = defaults.DeepClone().AsObject();
        foreach (var (name, value) in given)
        {
            result[name] = value is JsonObject inner && defaults[name] is JsonObject known ? Overlay(known, inner) : value?.DeepClone();
        }

        return result;
    }
}
