using System.CommandLine;

namespace DevPortal.LocalRun.Commands;

/// <summary>Breaks one program of a running portal, or mends it.</summary>
internal static class ControlCommand
{
    public static IEnumerable<Command> Create() => Enum.GetValues<ControlVerb>().Select(verb =>
    {
        var program = new Argument<string>("program");
        var command = new Command(verb.ToString().ToLowerInvariant(), Description(verb)) { program };
        command.SetAction(async (parsed, ct) =>
        {
            await ControlClient.SendAsync(CommonOptions.StateOf(parsed), verb, parsed.GetRequiredValue(program), ct);
            return 0;
        });
        return command;
    });

    private static string Description(ControlVerb verb) => verb switch
    {
        ControlVerb.Kill => "Kills one program of a running portal; it is started again by itself.",
        ControlVerb.Stop => "Stops one program until it is started.",
        ControlVerb.Start => "Starts one program that was stopped.",
        ControlVerb.Pause => "Freezes one program: connections stay open and nothing answers.",
        _ => "Lets a frozen program go on.",
    };
}
