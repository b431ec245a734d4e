namespace DevPortal.Manifest;

/// <summary>Something that a resource listens on.</summary>
public sealed record Binding(string Scheme, int? TargetPort = null, bool External = false);
