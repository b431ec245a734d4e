namespace DevPortal.LocalRun.Commands;

/// <summary>What a person needs to know once it runs.</summary>
internal static class Welcome
{
    public static void Print(string address, string? standIn, StateFolder state)
    {
        Console.WriteLine();
        Console.WriteLine($"  DevPortal   {address}        API reference: {address}/docs");
        if (standIn is not null) Console.WriteLine($"  Tyk         {standIn}   (a stand-in)");
        PrintAccounts(state);
        Console.WriteLine();
        if (standIn is null)
        {
            Console.WriteLine("  Next:  ./devportal status          health, memory        ./devportal down");
            return;
        }

        Console.WriteLine("  Next:  ./devportal demo            plays the main flow: from a policy to a working key");
        Console.WriteLine("         ./devportal demo --break    the same while everything breaks");
        Console.WriteLine("         ./devportal status          health, memory, accounts        ./devportal down");
    }

    public static void PrintAccounts(StateFolder state)
    {
        var accounts = Account.Of(state);
        Console.WriteLine();
        if (accounts.Count == 0 && File.Exists(state.BootstrapToken)) Console.WriteLine($"  Nobody is here yet: the first admin shows the token of {state.BootstrapToken} at /welcome.");
        foreach (var account in accounts)
            Console.WriteLine($"  {account.Email,-32} {account.Password,-24} {account.Role,-8} {account.Organisation}: {string.Join(", ", account.Teams)}");
    }
}
