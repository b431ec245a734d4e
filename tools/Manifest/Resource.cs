namespace DevPortal.Manifest;

/// <summary>One resource of the manifest; which members are there depends on its type.</summary>
public sealed record Resource
{
    public const string Project = "project.v0", Container = "container.v0", Parameter = "parameter.v0", Database = "value.v0", AnnotatedString = "annotated.string";

    public required string Type { get; init; }

    /// <summary>A project's file, relative to the manifest.</summary>
    public string? Path { get; init; }

    /// <summary>A container's image with its tag.</summary>
    public string? Image { get; init; }

    public string? ConnectionString { get; init; }

    public string? Value { get; init; }

    /// <summary>How an annotated string changes its value: <c>uri</c> percent-encodes it.</summary>
    public string? Filter { get; init; }

    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, Binding> Bindings { get; init; } = new Dictionary<string, Binding>();

    public IReadOnlyList<Volume> Volumes { get; init; } = [];

    public IReadOnlyDictionary<string, Input> Inputs { get; init; } = new Dictionary<string, Input>();
}
