using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using Xunit;

namespace DevPortal.SystemTests;

/// <summary>A filled portal whose processes export all their telemetry to a collector of ours.</summary>
public sealed class ObservedPortal : IAsyncLifetime
{
    Cast? cast;
    TykCaller? caller;

    public Portal Portal { get; private set; } = null!;

    public TykAdmin Tyk { get; private set; } = null!;

    public Scene Scene { get; private set; } = null!;

    public Collector Collector { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        Collector = await Collector.StartAsync();
        var settings = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        };
        try
        {
            // Whatever is started takes them over from us.
            foreach (var (name, value) in settings) Environment.SetEnvironmentVariable(name, value);
            Portal = await Portal.StartAsync("observed", ct);
        }
        finally
        {
            foreach (var name in settings.Keys) Environment.SetEnvironmentVariable(name, null);
        }
        Tyk = new(Portal.Run);
        cast = await Portal.AssembleAsync(ct);
        caller = new TykCaller(null);
        Scene = await Scene.SetAsync(cast, caller, ct);
    }

    public async ValueTask DisposeAsync()
    {
        cast?.Dispose();
        caller?.Dispose();
        Tyk?.Dispose();
        if (Portal is not null) await Portal.DisposeAsync();
        if (Collector is not null) await Collector.DisposeAsync();
    }
}

/// <summary>Tests that share <see cref="ObservedPortal"/>; one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class InObservedPortal : ICollectionFixture<ObservedPortal>
{
    public const string Name = "observed portal";
}
