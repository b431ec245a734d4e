using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace DevPortal.ServiceDefaults;

/// <summary>Completes an operation from its route: what it does, who may call it, its parameters, and every status with its problem codes.</summary>
static class DescribeOperation
{
    public const string Problem = nameof(Problem);

    public static Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var route = Route.Of(context, operation);
        operation.Tags = new HashSet<OpenApiTagReference> { new(Group(route.Path), context.Document) };
        operation.Summary = route.Feature is null ? operation.Summary : Words(route.Feature.Name);
        operation.Description = string.Join("\n\n", ((string?[])[route.Feature is null ? null : XmlComments.Of(route.Feature), $"**May be called by**: {route.Callers}."]).OfType<string>());
        operation.AddExtension("x-roles", new JsonNodeExtension(new JsonArray([.. route.Roles.Select(role => JsonValue.Create(role))])));
        Secure(operation, route, context.Document);
        DescribeParameters(operation, route);
        DescribeAnswers(operation, route, context.Document);
        return Task.CompletedTask;
    }

    /// <summary>What comes after the service's own name, or that name where nothing does.</summary>
    static string Group(string path) => path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries) is [_, _, var group, ..] ? group : path.Split('/')[2];

    static void Secure(OpenApiOperation operation, Route route, OpenApiDocument? document)
    {
        operation.Security = [new() { [new OpenApiSecuritySchemeReference(ApiDescription.SignIn, document)] = [] }, new() { [new OpenApiSecuritySchemeReference(ApiDescription.Token, document)] = [] }];
        if (route.IsOpen) operation.Security.Insert(0, []);
    }

    static void DescribeParameters(OpenApiOperation operation, Route route)
    {
        operation.Parameters ??= [];
        if (route.Idempotent is not null)
            operation.Parameters.Add(new OpenApiParameter { Name = "Idempotency-Key", In = ParameterLocation.Header, Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 200 } });
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
        {
            // Binding does not mind, and callers know one spelling.
            if (parameter.In == ParameterLocation.Query) parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
            var described = route.Says(parameter.Name!) ?? Vocabulary.MeaningOf(parameter.Name!);
            parameter.Description = parameter.In == ParameterLocation.Path && parameter.Name == "id" ? $"Id of the {Singular(operation.Tags!.First().Name!)}." : described;
            parameter.Example = DescribeFields.Example(parameter.Name!, described, parameter.Schema);
            if (parameter.Schema is not OpenApiSchema schema) continue;
            if (parameter.Name == "limit") (schema.Minimum, schema.Maximum, schema.Default) = ("1", "100", 20);
            if (parameter.Name == "cursor") schema.MaxLength = 1000;
            if (parameter.Name == "view") schema.Enum = ["admin"];
        }
    }

    static void DescribeAnswers(OpenApiOperation operation, Route route, OpenApiDocument? document)
    {
        operation.Responses ??= [];
        foreach (var (status, answer) in operation.Responses.Where(known => known.Key[0] is '2' or '3'))
        {
            if (answer is not OpenApiResponse good) continue;
            good.Description = status == "304" ? "What If-None-Match names is still so." : ReasonPhrases.GetReasonPhrase(int.Parse(status));
            if (status is "201" or "202") good.Headers = new Dictionary<string, IOpenApiHeader> { ["Location"] = Header("Where it is."), ["ETag"] = Header("Its version.") };
            if (status is "200" or "204" && (route.TakesIfMatch || route.Path.EndsWith("{id}", StringComparison.Ordinal)))
                good.Headers = new Dictionary<string, IOpenApiHeader> { ["ETag"] = Header("Its version, for If-Match and If-None-Match.") };
        }
        foreach (var (status, codes) in RefusalsOf(operation, route))
        {
            var answer = new OpenApiResponse
            {
                Description = $"{ReasonPhrases.GetReasonPhrase(status)}: {string.Join(", ", codes.Select(code => $"`{code}`"))}",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(Problem, document), Example = ExampleOf(status, codes.First()) },
                },
            };
            if (status is 429 or 503 or 504 || codes.Contains("not-yet-known")) answer.Headers = new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = Header("Seconds to wait.") };
            answer.AddExtension("x-problem-codes", new JsonNodeExtension(new JsonArray([.. codes.Select(code => JsonValue.Create(code))])));
            operation.Responses[status.ToString()] = answer;
        }
    }

    /// <summary>What the shape of the route brings, and what the feature itself refuses.</summary>
    static SortedDictionary<int, SortedSet<string>> RefusalsOf(OpenApiOperation operation, Route route)
    {
        var all = new SortedDictionary<int, SortedSet<string>>();
        Add(400, "bad-request", "secret-in-url");
        Add(401, route.IsOpen ? ["invalid-token", "token-no-longer-good"] : ["invalid-token", "not-signed-in", "token-no-longer-good"]);
        Add(409, "not-yet-known");
        Add(429, "too-many-requests");
        Add(500, "internal");
        Add(503, "unavailable");
        Add(504, "timed-out");
        if (route.Policy is not null) Add(403, "forbidden");
        if (!route.IsRead) Add(403, "scope");
        if (route.Path.Contains('{', StringComparison.Ordinal)) Add(404, "not-found");
        if (operation.Parameters!.Any(parameter => parameter.Name == "cursor")) Add(400, "bad-cursor");
        if (operation.Parameters!.Any(parameter => parameter.In == ParameterLocation.Query && parameter.Schema?.Type is { } type && type.HasFlag(JsonSchemaType.String)))
            Add(400, "unstorable-character");
        if (!route.IsRead) Add(413, "too-large");
        if (operation.RequestBody is not null)
        {
            Add(400, "bad-json", "missing", "invalid", "unstorable-character");
            Add(415, "json-expected");
        }
        if (route.TakesIfMatch)
        {
            Add(412, "stale");
            Add(428, "if-match-required");
        }
        if (!route.IsRead) Add(412, "stale");
        if (route.Idempotent is { } idempotent)
        {
            Add(400, "bad-idempotency-key");
            Add(409, "in-flight");
            if (idempotent.CarriesSecret) Add(409, "secret-already-shown");
            Add(422, "idempotency-key-reused");
        }
        foreach (var refused in route.Refused) Add(refused.Status, refused.Codes);
        return all;

        void Add(int status, params string[] codes)
        {
            if (!all.TryGetValue(status, out var known)) all[status] = known = new(StringComparer.Ordinal);
            known.UnionWith(codes);
        }
    }

    static JsonObject ExampleOf(int status, string code) => new()
    {
        ["type"] = "urn:devportal:problem:" + code,
        ["title"] = ReasonPhrases.GetReasonPhrase(status),
        ["status"] = status,
        ["code"] = code,
    };

    static OpenApiHeader Header(string meaning) => new() { Description = meaning, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    static string Singular(string plural) => plural.Equals("credentials", StringComparison.Ordinal) ? "credential" : plural.TrimEnd('s');

    /// <summary><c>ApproveRequest</c> is "Approve request".</summary>
    static string Words(string name) =>
        string.Concat(name.Select((letter, at) => at > 0 && char.IsUpper(letter) && !char.IsUpper(name[at - 1]) ? " " + char.ToLowerInvariant(letter) : letter.ToString()));

    /// <summary>What is known of the route of an operation.</summary>
    sealed record Route(string Path, bool IsRead, MethodInfo? Handler, bool IsOpen, string? Policy, CalledBy? CalledBy, Idempotent? Idempotent, bool TakesIfMatch, RefusedWith[] Refused)
    {
        public Type? Feature => Handler?.DeclaringType;

        public string[] Roles => IsOpen ? ["anybody", "member", "admin"] : Policy is { } policy ? [policy] : ["member", "admin"];

        public string Callers => (CalledBy?.Who ?? (IsOpen ? "anybody; with a token, it answers by what its owner may see" : Policy is { } policy ? policy + "s" : "everybody who is signed in"))
            + (IsRead ? "" : "; a personal access token needs the scope `write`" + (Policy is null ? "" : " and `admin`"));

        /// <summary>What the handler says of a parameter, or the record does that it takes apart.</summary>
        public string? Says(string parameter) => Handler is null ? null
            : XmlComments.Of(Handler, parameter) ?? Handler.GetParameters().Where(taken => taken.GetCustomAttribute<AsParametersAttribute>() is not null)
                .Select(taken => taken.ParameterType.GetProperties().FirstOrDefault(property => property.Name.Equals(parameter, StringComparison.OrdinalIgnoreCase)))
                .OfType<PropertyInfo>().Select(XmlComments.Of).FirstOrDefault();

        public static Route Of(OpenApiOperationTransformerContext context, OpenApiOperation operation)
        {
            var description = context.Description;
            var metadata = description.ActionDescriptor.EndpointMetadata;
            return new Route(
                "/" + description.RelativePath, description.HttpMethod is "GET" or "HEAD", metadata.OfType<MethodInfo>().FirstOrDefault(), metadata.OfType<IAllowAnonymous>().Any(),
                metadata.OfType<IAuthorizeData>().Select(rule => rule.Policy).LastOrDefault(policy => policy is not null),
                metadata.OfType<CalledBy>().LastOrDefault(), metadata.OfType<Idempotent>().OrderByDescending(idempotent => idempotent.CarriesSecret).FirstOrDefault(),
                operation.Parameters?.Any(parameter => parameter.Name == "If-Match") == true, [.. metadata.OfType<RefusedWith>()]);
        }
    }
}
