namespace DevPortal.LocalRun;

/// <summary>Somebody that tools/Demo made, with the password, for people who try the portal on their own machine.</summary>
public sealed record Account(string Name, string Email, string Password, string Role, string Organisation, IReadOnlyList<string> Teams)
{
    /// <summary>Those of a run; none before it was filled.</summary>
    public static IReadOnlyList<Account> Of(StateFolder state) => PrivateFile.ReadJson<Account[]>(state.Accounts) ?? [];

    public override string ToString() => Email;
}
