using Xunit;

namespace DevPortal.Eventing.Tests;

public sealed class SharedLookTests
{
    readonly List<TaskCompletionSource<int>> looks = [];
    readonly SharedLook<int> shared;

    public SharedLookTests() => shared = new(() =>
    {
        looks.Add(new(TaskCreationOptions.RunContinuationsAsynchronously));
        return looks[^1].Task;
    });

    [Fact]
    public async Task Who_asks_while_a_look_is_under_way_gets_the_next_one_and_shares_it()
    {
        var first = shared.AskAsync();
        var (second, third) = (shared.AskAsync(), shared.AskAsync());

        looks[0].SetResult(1);
        Assert.Equal(1, await first);
        await BegunAsync(2);
        Assert.False(second.IsCompleted);
        looks[1].SetResult(2);

        Assert.Equal((2, 2), (await second, await third));
        Assert.Equal(2, looks.Count);
    }

    [Fact]
    public async Task A_look_that_fails_fails_for_those_who_waited_for_it_only()
    {
        var first = shared.AskAsync();
        var second = shared.AskAsync();

        looks[0].SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => first);
        await BegunAsync(2);
        looks[1].SetResult(2);

        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task After_a_pause_a_look_begins_at_once()
    {
        var first = shared.AskAsync();
        looks[0].SetResult(1);
        await first;

        var later = shared.AskAsync();
        await BegunAsync(2);
        looks[1].SetResult(2);

        Assert.Equal(2, await later);
    }

    async Task BegunAsync(int count)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(30); looks.Count < count; await Task.Delay(1)) Assert.True(DateTime.UtcNow < deadline, "No further look began.");
    }
}
