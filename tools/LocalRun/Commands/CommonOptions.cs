using System.CommandLine;

namespace DevPortal.LocalRun.Commands;

/// <summary>Which run a command is about.</summary>
internal static class CommonOptions
{
    public static Option<string> Manifest { get; } = new("--manifest")
    {
        Description = "The manifest to run.",
        DefaultValueFactory = _ => "aspire-manifest.json",
        Recursive = true,
    };

    public static Option<string> State { get; } = new("--state")
    {
        Description = "The folder that keeps data, secrets and logs; another folder is another run.",
        DefaultValueFactory = _ => ".devportal",
        Recursive = true,
    };

    public static StateFolder StateOf(ParseResult parsed) => new(parsed.GetRequiredValue(State));
}
