namespace DevPortal.LocalRun;

/// <summary>The end of a log, for the message that says what went wrong.</summary>
public static class LogTail
{
    public static string Of(string file, int lines = 15) =>
        File.Exists(file) ? string.Join('\n', File.ReadLines(file).TakeLast(lines)) : $"({file} was not written)";
}
