using System.Collections.Immutable;
using System.Text.Json;
using DevPortal.Contracts.Identity;
using DevPortal.Identity.SignIn;
using MassTransit;
using OpenIddict.Abstractions;

namespace DevPortal.Identity.Tokens;

/// <summary>Hears identity's own announcements and revokes what OpenIddict keeps of sessions that are over. Its rows stay outside
/// the event's transaction, so this is repeated until it is done. (Refreshing is refused from the event on, without it.)</summary>
public sealed class RevokeTokens(IOpenIddictAuthorizationManager authorizations, IOpenIddictTokenManager tokens) : IConsumer<UserChanged>
{
    public async Task Consume(ConsumeContext<UserChanged> context)
    {
        var changed = context.Message;
        // Most messages end nothing: a first version has nobody signed in, and a list of the person's sessions is one indexed query.
        var ct = context.CancellationToken;
        var over = new List<object>();
        await foreach (var authorization in authorizations.FindBySubjectAsync(changed.UserId.ToString(), ct))
        {
            if (await authorizations.HasStatusAsync(authorization, OpenIddictConstants.Statuses.Valid, ct) && IsOver(await authorizations.GetPropertiesAsync(authorization, ct), changed))
                over.Add(authorization);
        }

        foreach (var authorization in over)
        {
            await tokens.RevokeByAuthorizationIdAsync((await authorizations.GetIdAsync(authorization, ct))!, ct);
            await authorizations.TryRevokeAsync(authorization, ct);
        }
    }

    /// <summary>Sessions that began after the reset carry a later version, and go on.</summary>
    static bool IsOver(ImmutableDictionary<string, JsonElement> given, UserChanged changed) =>
        changed.Status == UserStatus.Deactivated
        || !given.TryGetValue(OpenIdServer.VersionProperty, out var version) || version.GetInt64() < changed.TokensGoodFrom;
}
