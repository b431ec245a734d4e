using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DevPortal.Demo.Fuzzing;
using DevPortal.Testing;
using Xunit;

namespace DevPortal.SystemTests;

/// <summary>The documents are complete: who reads them need not read the source.</summary>
[Collection(InFilledPortal.Name)]
public sealed partial class OpenApiTests(FilledPortal filled)
{
    static readonly string[] Services = ["identity", "catalog", "provisioning", "credentials", "tyk-sync"];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_of_every_service_is_described()
    {
        var routes = from service in Services
                     from file in Sources(service)
                     where !file.Contains("/SignIn/", StringComparison.Ordinal)
                     let text = File.ReadAllText(file)
                     where !text.Contains(".ExcludeFromDescription()", StringComparison.Ordinal)
                     from Match route in RouteName().Matches(text)
                     select route.Groups[1].Value;

        Assert.Equal(routes.Order(), (await AllAsync()).Select(operation => operation.Id).Order());
    }

    [Fact]
    public async Task Every_operation_parameter_and_status_is_explained()
    {
        var missing = new List<string>();
        foreach (var operation in await AllAsync())
        {
            var it = operation.Description;
            if (Text(it["summary"]) is null || Text(it["description"])?.Contains("\n\n**May be called by**: ", StringComparison.Ordinal) != true) missing.Add($"{operation}: what it does, and for whom");
            if (it["x-roles"]?.AsArray() is not { Count: > 0 }) missing.Add($"{operation}: roles");
            foreach (var parameter in it["parameters"]?.AsArray() ?? [])
            {
                if (Text(parameter!["description"]) is null || parameter["example"] is null) missing.Add($"{operation}: parameter {parameter["name"]}");
            }

            var answers = it["responses"]!.AsObject();
            if (!answers.Any(answer => answer.Key[0] == '2')) missing.Add($"{operation}: what it answers when all is well");
            foreach (var (status, answer) in answers)
            {
                if (status is "200" or "201" or "202" && answer!["content"] is null) missing.Add($"{operation}: the content of {status}");
                if (status[0] is '4' or '5' && (answer!["x-problem-codes"]?.AsArray() is not { Count: > 0 } || answer["content"]?["application/problem+json"]?["example"] is null)) missing.Add($"{operation}: codes of {status}");
            }
            foreach (var status in (int[])[400, 401, 429, 503])
            {
                if (!operation.CodesOf(status).Any()) missing.Add($"{operation}: {status}");
            }
        }

        None(missing);
    }

    [Fact]
    public async Task Every_field_has_a_meaning_an_example_and_where_it_is_written_limits()
    {
        var missing = new List<string>();
        foreach (var service in Services)
        {
            var schemas = (await DocumentAsync(service))["components"]!["schemas"]!.AsObject();
            foreach (var (name, schema) in schemas)
            {
                if (Text(schema!["description"]) is null) missing.Add($"{service} {name}: what it is");
                foreach (var (field, value) in schema["properties"]?.AsObject() ?? [])
                {
                    if (Text(value!["description"]) is null) missing.Add($"{service} {name}.{field}: meaning");
                    if (IsExplainedElsewhere(value)) continue;
                    if (value["examples"]?.AsArray() is not { Count: > 0 }) missing.Add($"{service} {name}.{field}: example");
                    if (name.EndsWith("Input", StringComparison.Ordinal) && !IsLimited(value)) missing.Add($"{service} {name}.{field}: limit");
                }
            }
        }

        None(missing);

        static bool IsExplainedElsewhere(JsonNode value) => value["$ref"] is not null || value["oneOf"] is not null || value["items"]?["$ref"] is not null;

        static bool IsLimited(JsonNode value) => Types(value).All(type => type switch
        {
            "string" => value["format"] is not null || value["maxLength"] is not null || value["enum"] is not null,
            "array" => value["maxItems"] is not null,
            "integer" or "number" => value["minimum"] is not null && value["maximum"] is not null,
            _ => true,
        });
    }

    [Fact]
    public async Task Every_code_that_a_feature_refuses_with_is_in_the_description_of_its_operation()
    {
        var missing = new List<string>();
        var files = Services.SelectMany(Sources).ToLookup(Path.GetFileNameWithoutExtension);
        foreach (var operation in await AllAsync())
        {
            var said = Enumerable.Range(400, 200).SelectMany(operation.CodesOf).ToHashSet();
            var codes = files[operation.Id].SelectMany(file => Code().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value);
            missing.AddRange(codes.Where(code => !said.Contains(code)).Select(code => $"{operation}: {code}"));
        }

        None(missing);
    }

    [Fact]
    public async Task The_documents_are_3_1_and_the_same_is_there_as_3_0()
    {
        foreach (var service in Services)
        {
            var (newer, older) = (await DocumentAsync(service), (await filled.Portal.Http.GetFromJsonAsync<JsonObject>($"/openapi/3.0/{service}.json", Ct))!);

            Assert.StartsWith("3.1.", newer["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.StartsWith("3.0.", older["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Equal(newer["paths"]!.AsObject().Select(path => path.Key), older["paths"]!.AsObject().Select(path => path.Key));
            Assert.Equal(filled.Portal.Run.Parameter("public-url"), newer["servers"]![0]!["url"]!.GetValue<string>());
        }
    }

    Task<IReadOnlyList<Operation>> AllAsync() => Operation.AllAsync(filled.Portal.Http, Ct);

    async Task<JsonObject> DocumentAsync(string service) => (await filled.Portal.Http.GetFromJsonAsync<JsonObject>($"/openapi/{service}.json", Ct))!;

    static string? Text(JsonNode? node) => node?.GetValue<string>() is { Length: > 0 } text ? text : null;

    static IEnumerable<string> Types(JsonNode value) => value["type"] switch
    {
        JsonArray several => several.Select(type => type!.GetValue<string>()),
        { } one => [one.GetValue<string>()],
        null => [],
    };

    static void None(List<string> missing) => Assert.True(missing.Count == 0, $"{missing.Count} are missing:\n{string.Join('\n', missing.Take(80))}");

    static IEnumerable<string> Sources(string service) => Directory.EnumerateFiles(Repository.Path("services", service), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex(@"\.WithName\(nameof\((\w+)\)\)")]
    private static partial Regex RouteName();

    [GeneratedRegex("""(?:Refusal\.(?:Conflict|Forbidden)\(|Refusal\.Invalid\([^,()]+, |new Refusal\([^,()]+, )"([a-z-]+)""" + "\"")]
    private static partial Regex Code();
}
