using System.Text.Json.Nodes;

namespace DevPortal.TykStandIn;

/// <summary>What the classic list shows of an OAS API.</summary>
static class OasAsClassic
{
    public static JsonObject Convert(JsonObject document, JsonObject defaults)
    {
        var own = document[ApiDefinition.Extension]!;
        var classic = defaults.DeepClone().AsObject();
        classic["name"] = own.TextAt("info", "name");
        classic["api_id"] = own.TextAt("info", "id");
        classic["org_id"] = own.TextAt("info", "orgId");
        classic["active"] = own.TrueAt("info", "state", "active");
        classic["internal"] = own.TrueAt("info", "state", "internal");
        classic["is_oas"] = true;
        classic["domain"] = own.TextAt("server", "customDomain", "name");
        classic["tags"] = own.At("server", "gatewayTags", "tags")?.DeepClone();
        classic["proxy"]!["listen_path"] = own.TextAt("server", "listenPath", "value");
        classic["proxy"]!["strip_listen_path"] = own.TrueAt("server", "listenPath", "strip");
        classic["proxy"]!["target_url"] = own.TextAt("upstream", "url");
        classic["use_keyless"] = !own.TrueAt("server", "authentication", "enabled");

        foreach (var (name, scheme) in own.At("server", "authentication", "securitySchemes") as JsonObject ?? [])
        {
            if (scheme.TrueAt("enabled")) Switch(classic, Declared(document, name));
        }

        return classic;
    }

    /// <summary>A header that the security scheme names already is not repeated in the extension.</summary>
    public static void DropRepeatedHeaders(JsonObject document)
    {
        foreach (var (name, scheme) in document.At(ApiDefinition.Extension, "server", "authentication", "securitySchemes") as JsonObject ?? [])
        {
            var header = scheme.TextAt("header", "name");
            if (header.Length > 0 && header == Declared(document, name).TextAt("name")) scheme!.AsObject().Remove("header");
        }
    }

    static JsonNode? Declared(JsonObject document, string scheme) => document.At("components", "securitySchemes", scheme);

    static void Switch(JsonObject classic, JsonNode? declared)
    {
        switch (declared.TextAt("type"), declared.TextAt("scheme"))
        {
            case ("apiKey", _):
                classic["use_standard_auth"] = true;
                classic["auth_configs"] = new JsonObject { ["authToken"] = new JsonObject { ["auth_header_name"] = declared.TextAt("name") } };
                break;
            case ("http", "bearer"):
                classic["enable_jwt"] = true;
                break;
            case ("http", "basic"):
                classic["use_basic_auth"] = true;
                break;
            case ("oauth2", _):
                classic["use_oauth2"] = true;
                break;
            case ("openIdConnect", _):
                classic["use_openid"] = true;
                break;
        }
    }
}
