using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace DevPortal.Testing;

/// <summary>A server named by an environment variable. It is not ours, so it cannot be stopped or frozen.</summary>
/// <param name="management">RabbitMQ's management address with user and password, where virtual hosts can be made; without it all tests share one.</param>
internal sealed class ExternalServer(string address, string variable, Uri? management = null) : ITestBroker
{
    public string Address => address;

    public string Origin => $"external (${variable})";

    public async Task<string> AddVirtualHostAsync(string name)
    {
        if (management is null) return address;

        using var client = new HttpClient { BaseAddress = new(management.GetLeftPart(UriPartial.Authority).Replace($"{management.UserInfo}@", "", StringComparison.Ordinal)) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo))));
        using var made = await client.PutAsync($"/api/vhosts/{name}", null);
        made.EnsureSuccessStatusCode();
        var user = new Uri(address).UserInfo.Split(':')[0];
        using var allowed = await client.PutAsJsonAsync(
            $"/api/permissions/{name}/{user}", new { configure = ".*", write = ".*", read = ".*" });
        allowed.EnsureSuccessStatusCode();
        return $"{new Uri(address).GetLeftPart(UriPartial.Authority)}/{name}";
    }

    public Task StopAsync() => throw NotOurs();

    public Task StartAsync() => throw NotOurs();

    public Task PauseAsync() => throw NotOurs();

    public Task ResumeAsync() => throw NotOurs();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private InvalidOperationException NotOurs() => new($"The server of ${variable} is not the tests' own: take one from {nameof(Servers)}.{nameof(Servers.StartRabbitMqAsync)}.");
}
