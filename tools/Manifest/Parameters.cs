using System.Security.Cryptography;

namespace DevPortal.Manifest;

/// <summary>Decides each parameter's value: given now, kept from an earlier run, the manifest's default, made for it. Pure but for chance.</summary>
public static class Parameters
{
    /// <summary>Kept values that were made here are returned too, so that they can be kept again.</summary>
    /// <param name="given">What the operator says; wins.</param>
    /// <param name="kept">What was made in an earlier run.</param>
    /// <param name="suggested">What this run would have where nobody says anything; wins over the manifest's default.</param>
    /// <exception cref="InvalidDataException">A parameter that is no secret has neither value nor default.</exception>
    public static (IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> Made) Decide(
        AppManifest manifest,
        IReadOnlyDictionary<string, string> given,
        IReadOnlyDictionary<string, string> kept,
        IReadOnlyDictionary<string, string> suggested)
    {
        var values = new Dictionary<string, string>();
        var made = new Dictionary<string, string>(kept);
        foreach (var (name, resource) in manifest.OfType(Resource.Parameter))
        {
            var input = resource.Inputs.GetValueOrDefault("value") ?? new Input();
            if (given.TryGetValue(name, out var value) || suggested.TryGetValue(name, out value)) values[name] = value;
            else if (input.Default?.Value is { } constant) values[name] = constant;
            else if (input.Secret || input.Default?.Generate is not null) values[name] = made[name] = kept.GetValueOrDefault(name) ?? Make(input.Default?.Generate ?? new());
            else throw new InvalidDataException($"The parameter '{name}' has no value: set {Variable(name)}.");
        }

        var unknown = given.Keys.Except(values.Keys).FirstOrDefault();
        return unknown is null ? (values, made) : throw new InvalidDataException($"The manifest has no parameter '{unknown}'.");
    }

    /// <summary>The environment variable that gives a parameter: <c>tyk-url</c> is <c>DEVPORTAL_TYK_URL</c>.</summary>
    public static string Variable(string parameter) => $"DEVPORTAL_{parameter.Replace('-', '_').ToUpperInvariant()}";

    /// <summary>The parameters that the environment gives.</summary>
    public static Dictionary<string, string> FromEnvironment(AppManifest manifest) => manifest.OfType(Resource.Parameter)
        .Select(parameter => (parameter.Name, Value: Environment.GetEnvironmentVariable(Variable(parameter.Name))))
        .Where(parameter => parameter.Value is not null)
        .ToDictionary(parameter => parameter.Name, parameter => parameter.Value!);

    /// <summary>A new secret by the rule.</summary>
    public static string Make(Generate rule)
    {
        // Letters and digits only: long enough they are as good as signs, and nothing has to be quoted anywhere.
        const string letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
        return RandomNumberGenerator.GetString(letters, Math.Max(rule.MinLength, 32));
    }
}
