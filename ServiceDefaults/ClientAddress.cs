using System.Net;
using Microsoft.AspNetCore.Http;

namespace DevPortal.ServiceDefaults;

/// <summary>The client as limits see it.</summary>
public static class ClientAddress
{
    /// <summary>An IPv6 network of 64 bits is one client, or anybody with one had 2⁶⁴ addresses. An IPv4 address is one, in whichever form it comes.</summary>
    /// <param name="http">The call; its remote address is the client's own, or as a trusted proxy gave it.</param>
    public static string Of(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.GetAddressBytes() is { Length: 16 } bytes ? Convert.ToHexString(bytes, 0, 8) : address.ToString();
    }
}
