using DevPortal.Demo.Filling;
using DevPortal.Demo.Fuzzing;
using Xunit;

namespace DevPortal.SystemTests;

/// <summary>The short run; <c>./devportal bench fuzz</c> is the long one.</summary>
[Collection(InFilledPortal.Name)]
public sealed class FuzzTests(FilledPortal filled, ITestOutputHelper output)
{
    // Always the same way, so that a failure is one that can be repeated; the long run takes others.
    const int Seed = 731249717;

    static readonly HashSet<string> Changes =
    [
        "POST /api/identity/users/{id}/deactivate", "POST /api/identity/users/{id}/reactivate", "PUT /api/catalog/products/{id}", "PUT /api/catalog/plans/{id}", "PUT /api/catalog/catalogs/{id}/audience",
        "POST /api/provisioning/requests", "POST /api/provisioning/requests/{id}/approve", "POST /api/credentials/{id}/reveal", "POST /api/credentials/{id}/rotate",
    ];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Made_up_input_is_answered_as_described_without_a_5xx_and_without_a_text_of_another_organisation()
    {
        var accounts = (await AccountsFile.ReadAsync(filled.Portal.Run.State.Accounts, Ct))!;

        var report = await Fuzz.RunAsync(filled.Portal.Address, accounts, TimeSpan.FromMinutes(10), Seed, Ct, most: 2_500);

        output.WriteLine($"{report.Calls} calls, {report.Accepted} accepted, seed {report.Seed}: {string.Join(", ", report.Changes.Select(change => $"{change.Value} {change.Key}"))}");
        Assert.True(report.Complaints.Count == 0, $"Seed {report.Seed}: {report.Complaints.Count} complaints:\n{string.Join('\n', report.Complaints)}");
        // It gets far enough to change what is there.
        Assert.Subset(report.Changes.Keys.ToHashSet(), Changes);
        await filled.UntilWellAsync(Ct);
    }
}
