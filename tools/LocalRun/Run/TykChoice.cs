namespace DevPortal.LocalRun;

/// <summary>Which Tyk a portal stands in front of: chosen at its first start and kept, because no key at another one is the portal's to
/// revoke, and what is missing there would count as revoked.</summary>
public static class TykChoice
{
    private const string Organisation = "tyk-org-id";

    /// <summary>The parameters to run with: those given now, and for Tyk what was kept where nothing is given. Keeps what is new.</summary>
    /// <param name="given">Of this start; without any address or path of a Tyk it is the stand-in, or what was chosen before.</param>
    /// <exception cref="CannotRunException">This portal is in front of another Tyk.</exception>
    public static IReadOnlyDictionary<string, string> Apply(StateFolder state, IReadOnlyDictionary<string, string> given)
    {
        var kept = PrivateFile.ReadJson<Dictionary<string, string>>(state.Tyk);
        var chosen = given.Where(parameter => IsOfTyk(parameter.Key) && parameter.Value.Length > 0).ToDictionary();
        if (kept is null)
        {
            PrivateFile.WriteJson(state.Tyk, chosen);
            return given;
        }

        if (Refuse(kept, chosen) is { } reason) throw new CannotRunException($"{reason} Choose another folder with --state, or forget this portal with --fresh.");
        foreach (var (name, value) in chosen) kept[name] = value;
        if (chosen.Count > 0) PrivateFile.WriteJson(state.Tyk, kept);
        return given.Where(parameter => !IsOfTyk(parameter.Key)).Concat(kept).ToDictionary();
    }

    /// <summary>Its address, secret and public address may change; the organisation is what makes it the same.</summary>
    public static string? Refuse(IReadOnlyDictionary<string, string> kept, IReadOnlyDictionary<string, string> chosen)
    {
        if (!HasSource(chosen) && chosen.Count > 0 && !HasSource(kept)) return "Tyk's secret or organisation is given, but not where it is (--tyk-url or --tyk-path).";
        if (!HasSource(chosen)) return null;
        if (!HasSource(kept)) return "This portal was made in front of the stand-in; its keys are there.";
        return chosen.GetValueOrDefault(Organisation) is { } organisation && organisation != kept.GetValueOrDefault(Organisation)
            ? $"This portal is in front of the Tyk organisation {kept.GetValueOrDefault(Organisation)}, not {organisation}; its keys are there."
            : null;
    }

    private static bool HasSource(IReadOnlyDictionary<string, string> parameters) => parameters.ContainsKey("tyk-url") || parameters.ContainsKey("tyk-path");

    private static bool IsOfTyk(string parameter) => parameter.StartsWith("tyk-", StringComparison.Ordinal);
}
