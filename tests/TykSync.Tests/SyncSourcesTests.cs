using DevPortal.TykSync.Runs;
using Xunit;
using static DevPortal.TykSync.Tests.World;

namespace DevPortal.TykSync.Tests;

public class SyncSourcesTests
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    static Run Last(RunStatus status, TimeSpan ago) =>
        new(Guid.NewGuid(), 3, "tyk", RunTrigger.Schedule, null, status, Now - ago, Now - ago, Now - ago, null, null);

    static TimeSpan DueIn(Run? last, bool justStarted = false, int failures = 0) => SyncSources.DueAt(last, justStarted, failures, Interval, Now) - Now;

    [Fact]
    public void The_first_run_is_due_at_once() => Assert.Equal(TimeSpan.Zero, DueIn(null));

    [Fact]
    public void A_start_is_a_run_even_if_the_last_was_minutes_ago() => Assert.Equal(TimeSpan.Zero, DueIn(Last(RunStatus.Finished, TimeSpan.FromMinutes(2)), justStarted: true));

    [Fact]
    public void A_start_right_after_another_replicas_good_run_waits_for_the_interval() =>
        Assert.Equal(Interval - TimeSpan.FromSeconds(3), DueIn(Last(RunStatus.Finished, TimeSpan.FromSeconds(3)), justStarted: true));

    [Fact]
    public void A_good_run_is_repeated_after_the_interval() => Assert.Equal(TimeSpan.FromMinutes(6), DueIn(Last(RunStatus.NeedsConfirmation, TimeSpan.FromMinutes(4))));

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(4, 40)]
    [InlineData(50, 600)]
    public void A_failed_run_is_repeated_sooner_at_doubling_distances(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), DueIn(Last(RunStatus.Failed, TimeSpan.Zero), failures: failures));
}
