using DevPortal.Manifest;
using Xunit;

namespace DevPortal.LocalRun.Tests;

public sealed class ResolverTests
{
    private const string Manifest = """
        {
          "resources": {
            "user": { "type": "parameter.v0", "value": "{user.inputs.value}", "inputs": { "value": { "type": "string" } } },
            "password": { "type": "parameter.v0", "value": "{password.inputs.value}", "inputs": { "value": { "type": "string", "secret": true } } },
            "password-uri-encoded": { "type": "annotated.string", "value": "{password.value}", "filter": "uri" },
            "server": {
              "type": "container.v0",
              "connectionString": "Host={server.bindings.tcp.host};Port={server.bindings.tcp.port};Username={user.value};Password={password.value}",
              "bindings": { "tcp": { "scheme": "tcp", "protocol": "tcp", "transport": "tcp", "targetPort": 5432 } }
            },
            "db": { "type": "value.v0", "connectionString": "{server.connectionString};Database=things" },
            "circle": { "type": "value.v0", "connectionString": "{circle.connectionString}" },
            "odd": { "type": "annotated.string", "value": "{user.value}", "filter": "rot13" },
            "service": {
              "type": "project.v0", "path": "Service.csproj",
              "env": { "ConnectionStrings__db": "{db.connectionString}", "services__service__http__0": "{service.bindings.http.url}", "Text": "plain" },
              "bindings": { "http": { "scheme": "http", "protocol": "tcp", "transport": "http", "external": true } }
            }
          }
        }
        """;

    private readonly Resolver resolver = new(
        AppManifest.Parse(Manifest, "/"),
        new Dictionary<string, string> { ["user"] = "ann", ["password"] = "p{user.value}/@" },
        new Dictionary<string, Endpoint> { ["server/tcp"] = new("tcp", "127.0.0.1", 20001), ["service/http"] = new("http", "127.0.0.1", 20002) });

    [Fact]
    public void A_database_is_found_through_its_server_and_the_servers_parameters() =>
        Assert.Equal("Host=127.0.0.1;Port=20001;Username=ann;Password=p{user.value}/@;Database=things", resolver.ConnectionString("db"));

    [Fact]
    public void A_parameters_value_is_never_read_as_an_expression() =>
        Assert.Equal("p{user.value}/@", resolver.Resolve("{password.value}"));

    [Fact]
    public void The_uri_filter_encodes_what_an_address_cannot_hold() =>
        Assert.Equal("amqp://ann:p%7Buser.value%7D%2F%40@127.0.0.1", resolver.Resolve("amqp://{user.value}:{password-uri-encoded.value}@{server.bindings.tcp.host}"));

    [Theory]
    [InlineData("{{user.value}}", "{user.value}")]
    [InlineData("{{{user.value}}}", "{ann}")]
    [InlineData("a}}b", "a}b")]
    [InlineData("", "")]
    public void Doubled_braces_are_braces(string text, string expected) => Assert.Equal(expected, resolver.Resolve(text));

    [Theory]
    [InlineData("{service.bindings.http.url}", "http://127.0.0.1:20002")]
    [InlineData("{service.bindings.http.scheme}", "http")]
    [InlineData("{service.bindings.http.targetPort}", "20002")]
    public void A_binding_is_where_it_is_reached_in_this_run(string text, string expected) => Assert.Equal(expected, resolver.Resolve(text));

    [Fact]
    public void A_projects_environment_is_resolved_variable_by_variable()
    {
        var environment = resolver.Environment("service");

        Assert.Equal("plain", environment["Text"]);
        Assert.Equal("http://127.0.0.1:20002", environment["services__service__http__0"]);
        Assert.EndsWith(";Database=things", environment["ConnectionStrings__db"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{nobody.value}", "nobody")]
    [InlineData("{server.bindings.tcp.colour}", "colour")]
    [InlineData("{server.bindings.udp.port}", "udp")]
    [InlineData("{service.value}", "service.value")]
    [InlineData("{circle.connectionString}", "itself")]
    [InlineData("{odd.value}", "rot13")]
    [InlineData("{user.value", "brace")]
    public void What_stands_for_nothing_is_named(string text, string named)
    {
        var failure = Assert.Throws<InvalidDataException>(() => resolver.Resolve(text));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_manifest_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => AppManifest.Parse("{", "/"));
        Assert.Throws<InvalidDataException>(() => AppManifest.Parse("{}", "/"));
    }
}
