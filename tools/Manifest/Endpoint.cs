namespace DevPortal.Manifest;

/// <summary>Where a binding of a resource is reached in this run.</summary>
public sealed record Endpoint(string Scheme, string Host, int Port)
{
    public string Url => $"{Scheme}://{Host}:{Port}";
}
