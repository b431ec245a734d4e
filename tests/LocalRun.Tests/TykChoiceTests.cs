using Xunit;

namespace DevPortal.LocalRun.Tests;

public sealed class TykChoiceTests : IDisposable
{
    static readonly Dictionary<string, string> Nothing = [], Real = new() { ["tyk-url"] = "http://tyk:8080", ["tyk-secret"] = "s", ["tyk-org-id"] = "org-1" };

    readonly StateFolder state = new(Directory.CreateTempSubdirectory("devportal-choice-").FullName);

    [Fact]
    public void A_Tyk_that_was_chosen_stays_chosen_when_nothing_is_said()
    {
        TykChoice.Apply(state, Real);

        Assert.Equal(Real, TykChoice.Apply(state, Nothing));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(state.Tyk));
    }

    [Fact]
    public void Its_address_and_secret_may_change()
    {
        TykChoice.Apply(state, Real);
        TykChoice.Apply(state, new Dictionary<string, string> { ["tyk-url"] = "http://tyk-2:8080", ["tyk-org-id"] = "org-1" });
        TykChoice.Apply(state, new Dictionary<string, string> { ["tyk-secret"] = "rotated" });

        Assert.Equal(new Dictionary<string, string> { ["tyk-url"] = "http://tyk-2:8080", ["tyk-secret"] = "rotated", ["tyk-org-id"] = "org-1" }, TykChoice.Apply(state, Nothing));
    }

    [Fact]
    public void Another_organisation_or_a_Tyk_in_the_stand_ins_place_is_refused()
    {
        TykChoice.Apply(state, Real);
        var moved = Assert.Throws<CannotRunException>(() => TykChoice.Apply(state, new Dictionary<string, string>(Real) { ["tyk-org-id"] = "org-2" }));
        Assert.Contains("--fresh", moved.Message, StringComparison.Ordinal);

        state.Clear();
        TykChoice.Apply(state, Nothing);
        Assert.Throws<CannotRunException>(() => TykChoice.Apply(state, Real));
        Assert.Throws<CannotRunException>(() => TykChoice.Apply(state, new Dictionary<string, string> { ["tyk-secret"] = "alone" }));
    }

    public void Dispose() => Directory.Delete(state.Path, recursive: true);
}
