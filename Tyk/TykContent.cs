namespace DevPortal.Tyk;

/// <summary>What one source holds at one moment, from a gateway or a folder.</summary>
public sealed record TykContent(
    IReadOnlyList<TykPolicy> Policies,
    IReadOnlyList<TykApi> Apis,
    IReadOnlyList<ReadError> Errors,
    IReadOnlyList<string> Notes);

/// <summary>One thing that could not be read; the rest goes on. Whoever hides what vanished must not do so for <see cref="Kind"/>.</summary>
public sealed record ReadError(ContentKind Kind, string Where, string Reason);

public enum ContentKind
{
    Policy,
    Api,
}
