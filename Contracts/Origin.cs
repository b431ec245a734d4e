namespace DevPortal.Contracts;

/// <summary>Where a message comes from: the event that it announces. Consumers tolerate any order and any number of
/// repetitions by comparing <see cref="Version"/> with the highest version of the same <see cref="Stream"/> they know.</summary>
/// <param name="Stream">The event stream in the announcing service.</param>
/// <param name="Version">The event's version in that stream; starts at 1, larger is later.</param>
/// <param name="OccurredAt">When it happened, by the announcing service's clock (UTC).</param>
/// <param name="CorrelationId">The provisioning request's correlation id, or that of the call that caused the event.</param>
public sealed record Origin(Guid Stream, long Version, DateTimeOffset OccurredAt, Guid CorrelationId);

/// <summary>What every message has. All messages but the decisions carry the whole state of their object, so that none which
/// arrives late hides an earlier one.</summary>
public interface IMessage
{
    /// <summary>The event that this message announces.</summary>
    Origin Origin { get; }
}
