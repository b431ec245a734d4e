using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace DevPortal.TykStandIn;

/// <summary>Options from environment (<c>TykStandIn__Port</c>) and command line (<c>--port</c>); the command line wins.</summary>
public static class CommandLine
{
    static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["--port"] = nameof(StandInOptions.Port),
        ["--admin-port"] = nameof(StandInOptions.AdminPort),
        ["--secret"] = nameof(StandInOptions.Secret),
        ["--unlisted"] = nameof(StandInOptions.Unlisted),
        ["--unhashed"] = nameof(StandInOptions.Unhashed),
        ["--hash"] = nameof(StandInOptions.Hash),
        ["--session-cache"] = nameof(StandInOptions.SessionCache),
        ["--state"] = nameof(StandInOptions.StateFolder),
        ["--load"] = nameof(StandInOptions.LoadFolder),
    };

    static readonly string[] Flags = ["--unlisted", "--unhashed", "--session-cache"];

    public static string Usage { get; } = "Options: " + string.Join(" ", Names.Keys.Select(n => Flags.Contains(n) ? $"[{n}]" : $"{n} <…>"));

    /// <exception cref="ValidationException">An option is unknown, missing or out of range; the text names it.</exception>
    public static StandInOptions Read(string[] args)
    {
        var given = new Dictionary<string, string?>();
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var n, var v] ? (n, v) : (args[i], null);
            if (!Names.TryGetValue(name, out var option)) throw new ValidationException($"Unknown option {name}. {Usage}");
            if (value is null && Flags.Contains(name, StringComparer.OrdinalIgnoreCase)) value = "true";
            if (value is null && ++i >= args.Length) throw new ValidationException($"{name} needs a value.");
            given[$"{StandInOptions.Section}:{option}"] = value ?? args[i];
        }

        var options = new StandInOptions();
        new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection(given).Build().GetSection(StandInOptions.Section).Bind(options);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return options;
    }

    /// <summary>Reads <see cref="StandInOptions.Port"/> and the like as people write them.</summary>
    public static string Shown(Uri address) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{address.Port}");
}
