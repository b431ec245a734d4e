using DevPortal.Tyk;
using DevPortal.TykSync.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DevPortal.TykSync.Tests;

public sealed class ReadSourceTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_api_that_is_made_between_the_two_lists_comes_with_its_document()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var gateway = builder.Build();
        var made = false;
        gateway.MapGet("/tyk/policies", () => Results.Text("[]", "application/json"));
        static string Document(string id) => """[{"openapi":"3.0.3","info":{"title":"Pay","version":"1"},"paths":{},"x-tyk-api-gateway":{"info":{"id":"ID","orgId":"o1","name":"Pay","state":{"active":true}},"server":{"listenPath":{"value":"/ID/"}}}}]""".Replace("ID", id, StringComparison.Ordinal);
        gateway.MapGet("/tyk/apis/oas", () => Results.Text(Document(made ? "pay" : "gone"), "application/json"));
        gateway.MapGet("/tyk/apis", () =>
        {
            made = true;
            return Results.Text("""[{"api_id":"pay","org_id":"o1","name":"Pay","is_oas":true,"active":true,"proxy":{"listen_path":"/pay/"}}]""", "application/json");
        });
        await gateway.StartAsync(Ct);

        var read = await ReadSource.ReadAsync(new TykSource("tyk", SourceKind.Gateway, null, new Uri(gateway.Urls.First()), new SecretText("secret"), null, [], null), Ct);

        // One that went meanwhile is gone at the next run.
        Assert.Equal([("gone", true), ("pay", true)], Assert.IsType<SourceRead.Content>(read).Read.Apis.Select(api => (api.Id, api.HasOpenApi)));
    }
}
