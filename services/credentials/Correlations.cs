namespace DevPortal.Credentials;

static class Correlations
{
    /// <summary>Correlation of a call that is about no request: what the gateway set, else none.</summary>
    public static string CallCorrelation(this HttpContext http) =>
        Guid.TryParse(http.Request.Headers["X-Correlation-Id"], out var given) ? given.ToString() : Guid.Empty.ToString();
}
