namespace DevPortal.LocalRun;

/// <summary>The run cannot be what was asked for; the message says why and what to do.</summary>
public sealed class CannotRunException(string message) : Exception(message);
