using Microsoft.AspNetCore.Http;

namespace DevPortal.ServiceDefaults;

/// <summary>A cookie that only our own address gets and sets (<c>__Host-</c>). It is secure whatever scheme a request has: TLS ends before us,
/// browsers take localhost for a safe place, and antiforgery refuses to work with <c>SecurePolicy.Always</c> there.</summary>
public sealed class HostCookie : CookieBuilder
{
    /// <param name="name">Begins with <c>__Host-</c>.</param>
    /// <param name="sameSite">Lax where the browser comes back from another page of ours by a redirect.</param>
    public HostCookie(string name, SameSiteMode sameSite = SameSiteMode.Strict)
    {
        Name = name;
        Path = "/";
        HttpOnly = true;
        SameSite = sameSite;
        IsEssential = true;
    }

    /// <inheritdoc/>
    public override CookieOptions Build(HttpContext context, DateTimeOffset expiresFrom)
    {
        var options = base.Build(context, expiresFrom);
        options.Secure = true;
        options.Path = "/";
        return options;
    }
}
