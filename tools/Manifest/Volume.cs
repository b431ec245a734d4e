namespace DevPortal.Manifest;

/// <summary>What a container keeps, and where it looks for it.</summary>
public sealed record Volume(string Name, string Target);
