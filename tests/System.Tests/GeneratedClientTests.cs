using System.Net.Http.Headers;
using System.Reflection;
using System.Runtime.Loader;
using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;
using Xunit;

namespace DevPortal.SystemTests;

/// <summary>The documents are good enough to generate a client from them that compiles and works.</summary>
[Collection(InFilledPortal.Name)]
public sealed class GeneratedClientTests(FilledPortal filled)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_NSwag_makes_of_the_3_0_documents_plays_the_main_flow()
    {
        var sources = new List<string> { await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "GeneratedClient", "MainFlow.cs"), Ct) };
        foreach (var (service, name) in new[] { ("identity", "Identity"), ("catalog", "Catalog"), ("provisioning", "Provisioning"), ("credentials", "Credentials"), ("tyk-sync", "TykSync") })
            sources.Add(Generate(await OpenApiDocument.FromJsonAsync(await filled.Portal.Http.GetStringAsync($"/openapi/3.0/{service}.json", Ct), Ct), name));
        var flow = Compile(sources).GetType("Generated.MainFlow")!.GetMethod("RunAsync")!;
        using var consumer = await ConnectAsync(filled.Scene.Consumer);
        using var admin = await ConnectAsync(filled.Scene.Approver);

        var hint = await (Task<string>)flow.Invoke(null, [consumer, admin, $"Generated {Guid.NewGuid():N}", Ct])!;

        Assert.NotEmpty(hint);
    }

    static string Generate(OpenApiDocument document, string name) => new CSharpClientGenerator(document, new CSharpClientGeneratorSettings
    {
        ClassName = "Client",
        UseBaseUrl = false,
        GenerateOptionalParameters = true,
        CSharpGeneratorSettings = { Namespace = $"Generated.{name}", JsonLibrary = CSharpJsonLibrary.SystemTextJson },
    }).GenerateFile();

    static Assembly Compile(IEnumerable<string> sources)
    {
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(file => MetadataReference.CreateFromFile(file));
        var compilation = CSharpCompilation.Create(
            "Generated", sources.Select(source => CSharpSyntaxTree.ParseText(source, cancellationToken: Ct)), platform, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var assembly = new MemoryStream();
        var made = compilation.Emit(assembly, cancellationToken: Ct);
        Assert.True(made.Success, string.Join('\n', made.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Take(20)));
        assembly.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(assembly);
    }

    async Task<HttpClient> ConnectAsync(Actor actor)
    {
        var http = PortalClient.Connect(filled.Portal.Address);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await filled.TokenOfAsync(actor, Ct));
        return http;
    }
}
