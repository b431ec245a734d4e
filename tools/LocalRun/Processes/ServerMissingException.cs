namespace DevPortal.LocalRun;

/// <summary>A server's binaries are not on this machine; the message says what to install.</summary>
public sealed class ServerMissingException(string message) : Exception(message);
