using System.Text.Json;

namespace DevPortal.Demo.Api;

/// <summary>Calls APIs through Tyk as a consumer's program does.</summary>
public sealed class TykCaller(Uri? tyk) : IDisposable
{
    readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };

    public void Dispose() => http.Dispose();

    /// <summary>Status of one call with a key.</summary>
    public async Task<int> CallAsync(Uri url, string key, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Authorization", key);
        using var response = await http.SendAsync(request, ct);
        return (int)response.StatusCode;
    }

    /// <summary>Calls until the status is the one that is waited for: Tyk remembers a session for ten seconds.</summary>
    public Task<int> UntilAsync(int status, Uri url, string key, TimeSpan within, CancellationToken ct) =>
        Eventually.UntilAsync(() => CallAsync(url, key, ct), seen => seen == status, within, $"Tyk answers {status}", ct);

    /// <summary>An address of a product that can be called: the first GET operation of its first API, with the example values of its document.</summary>
    public async Task<Uri> AddressOfAsync(PortalClient caller, ProductPage product, CancellationToken ct)
    {
        var api = product.Apis.FirstOrDefault(api => api.HasOpenApi) ?? product.Apis[0];
        var start = api.Address ?? (tyk is not null ? new Uri(tyk, api.ListenPath).ToString() : throw new InvalidOperationException($"Nobody said where {api.Name} is called: --tyk"));
        return new Uri(start.TrimEnd('/') + (api.HasOpenApi ? PathOf(await caller.GetAsync<JsonDocument>($"/api/catalog/products/{product.Id}/apis/{api.Id}/openapi", ct)) : "/"));
    }

    static string PathOf(JsonDocument openApi)
    {
        using (openApi)
        {
            var path = openApi.RootElement.GetProperty("paths").EnumerateObject().First(path => path.Value.TryGetProperty("get", out _));
            var parameters = path.Value.GetProperty("get").TryGetProperty("parameters", out var listed) ? listed.EnumerateArray().ToArray() : [];
            var filled = parameters.Where(parameter => parameter.GetProperty("in").GetString() == "path")
                .Aggregate(path.Name, (text, parameter) => text.Replace($"{{{parameter.GetProperty("name").GetString()}}}", ExampleOf(parameter), StringComparison.Ordinal));
            var query = parameters.Where(parameter => parameter.GetProperty("in").GetString() == "query" && parameter.TryGetProperty("required", out var required) && required.GetBoolean())
                .Select(parameter => $"{parameter.GetProperty("name").GetString()}={ExampleOf(parameter)}");
            return string.Join('?', new[] { filled, string.Join('&', query) }.Where(part => part.Length > 0));
        }
    }

    static string ExampleOf(JsonElement parameter) => parameter.TryGetProperty("example", out var example) ? Uri.EscapeDataString(example.ToString()) : "1";
}
