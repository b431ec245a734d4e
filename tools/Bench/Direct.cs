using DevPortal.LocalRun;

namespace DevPortal.Bench;

/// <summary>The services themselves, past the gateway and its limits: what they can do is measured, not what one caller may.</summary>
sealed class Direct(IReadOnlyDictionary<string, Uri> services) : DelegatingHandler(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(3) })
{
    public static HttpClient Connect(StateFolder state)
    {
        var ports = RunState.Of(state) ?? throw new InvalidOperationException("The portal does not run: ./devportal up");
        var services = new[] { "identity", "catalog", "provisioning", "credentials", "tyk-sync" }.ToDictionary(
            name => name == "tyk-sync" ? "sync" : name, name => new Uri(new Uri(ports.Programs.Single(program => program.Name == name).HealthAddress!), "/"));
        return new(new Direct(services)) { BaseAddress = new Uri("http://service"), Timeout = TimeSpan.FromSeconds(60) };
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery;
        request.RequestUri = new Uri(services[path.Split('/', '?')[2]], path);
        return base.SendAsync(request, cancellationToken);
    }
}
