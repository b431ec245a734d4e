using System.CommandLine;
using System.Net;
using System.Text.RegularExpressions;

namespace DevPortal.Kubernetes;

/// <summary>What Kubernetes would refuse later, or take and never match, is refused before anything is written.</summary>
static partial class Checks
{
    /// <summary>A network such as <c>10.0.0.0/8</c>.</summary>
    public static Option<T> Networks<T>(this Option<T> option)
    {
        option.Validators.Add(result =>
        {
            foreach (var network in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)))
            {
                if (!IPNetwork.TryParse(network, out _)) result.AddError($"{option.Name}: '{network}' is no network such as 10.0.0.0/8.");
            }
        });
        return option;
    }

    /// <summary>A name as Kubernetes takes it (RFC 1123).</summary>
    public static Option<T> Named<T>(this Option<T> option)
    {
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (!Name().IsMatch(token.Value)) result.AddError($"{option.Name}: '{token.Value}' is no name that Kubernetes takes: lower-case letters, digits, '-' and '.'.");
            }
        });
        return option;
    }

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]
    private static partial Regex Name();
}
