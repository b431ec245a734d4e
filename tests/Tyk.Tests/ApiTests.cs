using System.Text.Json;
using DevPortal.Tyk;
using Xunit;

namespace DevPortal.Tests.Tyk;

public class ApiTests
{
    private const string Oas = """
        {"openapi":"3.0.3","info":{"title":"Pay","version":"1"},
         "servers":[{"url":"http://10.0.0.7:8080/pay"}],
         "paths":{"/payments":{"servers":[{"url":"http://upstream"}],
            "get":{"operationId":"list","servers":[{"url":"http://upstream"}],"responses":{"200":{"description":"ok","content":{"application/json":{"example":{"servers":["kept"],"n":1.50}}}}}}}},
         "components":{"securitySchemes":{"token":{"type":"apiKey","in":"header","name":"Authorization"},"jwt":{"type":"http","scheme":"bearer"},"basic":{"type":"http","scheme":"basic"}}},
         "x-tyk-streaming":{"upstream":"secret"},
         "x-tyk-api-gateway":{"info":{"id":"pay","orgId":"o1","name":"Pay","state":{"active":true}},"upstream":{"url":"http://upstream"},
            "server":{"listenPath":{"value":"/pay/","strip":true},"authentication":{"enabled":true,"securitySchemes":{"token":{"enabled":true},"jwt":{"enabled":false}}}}}}
        """;

    private const string Classic = """
        {"api_id":"w","name":"Weather #earth #sky","org_id":"o1","active":true,"use_standard_auth":true,
         "version_data":{"not_versioned":true,"versions":{"Default":{}}},"proxy":{"listen_path":"/weather/","target_url":"http://upstream"}}
        """;

    private const string Stub = """{"components":{},"info":{"contact":{},"title":"","version":""},"openapi":"","paths":null}""";

    private static TykApi Api(string json, ApiOverrides? overrides = null) => Assert.IsType<ReadResult<TykApi>.Read>(TykApi.Parse(json, overrides)).Value;

    [Fact]
    public void A_classic_definition_is_read()
    {
        var api = Api(Classic);

        Assert.Equal(("w", "Weather", "o1", "/weather/", true, false), (api.Id, api.Name, api.OrgId, api.ListenPath, api.IsActive, api.IsOas));
        Assert.Equal(["earth", "sky"], api.Categories);
        Assert.Empty(api.Versions);
        Assert.Null(api.OpenApi(new Uri("http://public")));
        Assert.Equal(Classic, api.Raw);
    }

    [Fact]
    public void An_oas_definition_is_read()
    {
        var api = Api(Oas);

        Assert.Equal(("pay", "Pay", "o1", "/pay/", true, true), (api.Id, api.Name, api.OrgId, api.ListenPath, api.IsActive, api.IsOas));
        Assert.Equal([AuthKind.AuthToken], api.Auth);
        Assert.Equal(Oas, api.Raw);
    }

    [Theory]
    [InlineData("{\"api_definition\":#classic#}", "w")]
    [InlineData("{\"api_definition\":#classic#,\"oas\":#stub#}", "w")]
    [InlineData("{\"oas\":#oas#,\"hook_references\":[]}", "pay")]
    [InlineData("{\"api_definition\":{\"api_id\":\"pay\",\"is_oas\":true},\"oas\":#oas#}", "pay")]
    [InlineData("#classic#", "w")]
    [InlineData("#oas#", "pay")]
    public void Every_wrapper_is_understood(string shape, string id) =>
        Assert.Equal(id, Api(shape.Replace("#classic#", Classic).Replace("#oas#", Oas).Replace("#stub#", Stub)).Id);

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"openapi":"3.0.0","paths":{}}""")]
    [InlineData("""{"proxy":{}}""")]
    [InlineData("""{"x-tyk-api-gateway":{}}""")]
    [InlineData("{oops")]
    public void What_is_no_definition_is_broken_with_a_reason(string text) =>
        Assert.NotEmpty(Assert.IsType<ReadResult<TykApi>.Broken>(TykApi.Parse(text)).Reason);

    [Theory]
    [InlineData("http://api.example.org")]
    [InlineData("http://api.example.org/")]
    public void The_public_document_has_the_public_server_and_nothing_of_tyk(string publicUrl)
    {
        var text = Api(Oas).OpenApi(new Uri(publicUrl))!;
        var document = JsonDocument.Parse(text).RootElement;

        Assert.DoesNotContain("x-tyk", text, StringComparison.Ordinal);
        Assert.DoesNotContain("upstream", text, StringComparison.Ordinal);
        Assert.DoesNotContain("10.0.0.7", text, StringComparison.Ordinal);
        Assert.Equal("http://api.example.org/pay", Assert.Single(document.GetProperty("servers").EnumerateArray()).GetProperty("url").GetString());
        Assert.Contains("""{"servers":["kept"],"n":1.50}""", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_public_url_the_document_has_no_servers() =>
        Assert.False(JsonDocument.Parse(Api(Oas).OpenApi(null)!).RootElement.TryGetProperty("servers", out _));

    [Theory]
    [InlineData("\"use_keyless\":true,\"use_standard_auth\":true", AuthKind.Keyless)]
    [InlineData("\"use_standard_auth\":true", AuthKind.AuthToken)]
    [InlineData("\"x\":1", AuthKind.AuthToken)]
    [InlineData("\"enable_jwt\":true", AuthKind.Jwt)]
    [InlineData("\"use_oauth2\":true", AuthKind.OAuth)]
    [InlineData("\"use_openid\":true", AuthKind.OpenId)]
    [InlineData("\"use_basic_auth\":true", AuthKind.Basic)]
    [InlineData("\"use_mutual_tls_auth\":true", AuthKind.MutualTls)]
    [InlineData("\"enable_signature_checking\":true", AuthKind.Hmac)]
    [InlineData("\"enable_coprocess_auth\":true", AuthKind.Plugin)]
    [InlineData("\"use_basic_auth\":true,\"use_standard_auth\":true", AuthKind.AuthToken, AuthKind.Basic)]
    public void Classic_authentication_is_told(string fields, params AuthKind[] expected) =>
        Assert.Equal(expected, Api($$"""{"api_id":"a","proxy":{"listen_path":"a"},{{fields}}}""").Auth);

    [Theory]
    [InlineData("""{"enabled":false}""", AuthKind.Keyless)]
    [InlineData("""{"enabled":true}""", AuthKind.AuthToken)]
    [InlineData("""{"enabled":true,"securitySchemes":{"jwt":{"enabled":true}}}""", AuthKind.Jwt)]
    [InlineData("""{"enabled":true,"securitySchemes":{"basic":{"enabled":true},"token":{"enabled":true}}}""", AuthKind.AuthToken, AuthKind.Basic)]
    [InlineData("""{"enabled":true,"custom":{"enabled":true}}""", AuthKind.Plugin)]
    public void Oas_authentication_is_told(string authentication, params AuthKind[] expected) =>
        Assert.Equal(
            expected,
            Api(Oas.Replace("""{"enabled":true,"securitySchemes":{"token":{"enabled":true},"jwt":{"enabled":false}}}""", authentication)).Auth);

    [Fact]
    public void Versions_are_named()
    {
        var classic = Api("""{"api_id":"a","proxy":{},"version_data":{"not_versioned":false,"versions":{"v2":{},"v1":{}}}}""");
        var oas = Api(Oas.Replace("\"state\"", """ "versioning":{"enabled":true,"name":"base","versions":[{"name":"v2","id":"x"}]},"state" """));

        Assert.Equal(["v1", "v2"], classic.Versions);
        Assert.Equal(["base", "v2"], oas.Versions);
    }

    [Fact]
    public void An_index_overrides_id_organisation_and_listen_path()
    {
        var api = Api(Oas, new ApiOverrides("other", "o2", "elsewhere"));

        Assert.Equal(("other", "o2", "/elsewhere"), (api.Id, api.OrgId, api.ListenPath));
    }

    [Fact]
    public void In_both_of_tyks_lists_the_document_wins()
    {
        var twin = Api("""{"api_id":"pay","org_id":"o1","is_oas":true,"proxy":{"listen_path":"/pay/"}}""");
        var foreign = Api("""{"api_id":"pay","org_id":"o2","is_oas":true,"proxy":{"listen_path":"/pay/"}}""");

        var all = TykApi.Combine([twin, Api(Classic), foreign], [Api(Oas)]);

        Assert.Equal(3, all.Count);
        Assert.True(all.Single(api => api is { Id: "pay", OrgId: "o1" }).HasOpenApi);
    }
}
