namespace DevPortal.Identity.Tokens;

public static class TokenRoutes
{
    /// <summary>Everybody's own tokens.</summary>
    public static void MapPersonalAccessTokens(this IEndpointRouteBuilder identity)
    {
        var tokens = identity.MapGroup("/tokens");
        tokens.MapCreatePersonalAccessToken();
        tokens.MapListPersonalAccessTokens();
        tokens.MapEndPersonalAccessToken();
    }
}
