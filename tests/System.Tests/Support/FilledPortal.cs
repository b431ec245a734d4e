using DevPortal.Demo.Api;
using DevPortal.Demo.Filling;
using DevPortal.Demo.Playing;
using Xunit;

namespace DevPortal.SystemTests;

/// <summary>The portal that most tests share: filled by tools/Demo, everybody signed in. Whoever breaks something in it mends it.</summary>
public sealed class FilledPortal : IAsyncLifetime
{
    Cast? cast;
    TykCaller? caller;

    public Portal Portal { get; private set; } = null!;

    public TykAdmin Tyk { get; private set; } = null!;

    /// <summary>A consumer with his products, and an admin who may decide.</summary>
    public Scene Scene { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        Portal = await Portal.StartAsync("filled", ct);
        Tyk = new(Portal.Run);
        cast = await Portal.AssembleAsync(ct);
        caller = new TykCaller(null);
        Scene = await Scene.SetAsync(cast, caller, ct);
    }

    /// <summary>An access token of somebody of the demo, as he gets it by signing in.</summary>
    public async Task<string> TokenOfAsync(Actor actor, CancellationToken ct)
    {
        var account = (await AccountsFile.ReadAsync(Portal.Run.State.Accounts, ct))!.Single(account => account.Email == actor.Me.Email);
        return await new SignedIn(Portal.Http, account.Email, account.Password, TimeProvider.System).TokenAsync(ct);
    }

    /// <summary>Everything answers again, and no message was given up.</summary>
    public async Task UntilWellAsync(CancellationToken ct)
    {
        await Tyk.SwitchOffAsync(ct);
        await Portal.Run.UntilHealthyAsync(ct);
        await Portal.Broker.UntilQuietAsync(ct);
    }

    /// <summary>Exactly one key at Tyk for each of these, and nowhere two for one credential.</summary>
    public async Task OneKeyEachAsync(IEnumerable<AccessRequest> provisioned, CancellationToken ct)
    {
        var keys = (await Tyk.KeysAsync(ct)).ToLookup(key => key.CredentialId);
        Assert.All(provisioned, request => Assert.Single(keys[request.Credential!.Id]));
        Assert.All(keys.Where(credential => credential.Key is not null), credential => Assert.Single(credential));
    }

    public async Task NoKeyAsync(AccessRequest revoked, CancellationToken ct) =>
        Assert.DoesNotContain(await Tyk.KeysAsync(ct), key => key.CredentialId == revoked.Credential!.Id);

    public async ValueTask DisposeAsync()
    {
        cast?.Dispose();
        caller?.Dispose();
        Tyk?.Dispose();
        if (Portal is not null) await Portal.DisposeAsync();
    }
}

/// <summary>Tests that share <see cref="FilledPortal"/>; one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class InFilledPortal : ICollectionFixture<FilledPortal>
{
    public const string Name = "filled portal";
}
