using Xunit;

namespace DevPortal.Gateway.Tests;

/// <summary>One gateway with usual settings for the tests of a class.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    internal RunningGateway Gateway { get; private set; } = null!;

    internal static readonly Guid Somebody = Guid.CreateVersion7();

    public async ValueTask InitializeAsync() => Gateway = await RunningGateway.StartAsync();

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
