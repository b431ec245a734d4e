namespace DevPortal.TykStandIn;

static class Bodies
{
    public static async Task<string> ReadBody(this HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
    }

    public static bool Says(this HttpRequest request, string flag, string value = "1") => request.Query[flag] == value;
}
