using System.Collections.Concurrent;
using Xunit;

namespace DevPortal.Eventing.Tests;

public sealed class TogetherTests
{
    [Fact]
    public async Task What_comes_while_a_group_is_worked_on_is_one_group_and_each_is_done_once()
    {
        var groups = new ConcurrentQueue<int[]>();
        var (open, begun) = (new TaskCompletionSource(), new SemaphoreSlim(0));
        var together = new Together<int>(async (group, _) =>
        {
            groups.Enqueue([.. group]);
            begun.Release();
            await open.Task;
        });

        var first = Enumerable.Range(0, 2).Select(one => together.DoAsync(one, CancellationToken.None)).ToArray();
        for (var i = 0; i < first.Length; i++) Assert.True(await begun.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        var more = Enumerable.Range(2, 100).Select(one => together.DoAsync(one, CancellationToken.None)).ToArray();
        open.SetResult();
        await Task.WhenAll([.. first, .. more]);

        Assert.Equal(Enumerable.Range(0, 102), groups.SelectMany(group => group).Order());
        Assert.Equal(3, groups.Count);
    }

    [Fact]
    public async Task Of_a_group_with_one_that_nobody_can_do_only_that_one_fails()
    {
        var open = new TaskCompletionSource();
        var together = new Together<int>(async (group, _) =>
        {
            await open.Task;
            if (group.Contains(7)) throw new FormatException("seven");
        });

        var all = Enumerable.Range(0, 20).Select(one => together.DoAsync(one, CancellationToken.None)).ToArray();
        open.SetResult();
        for (var one = 0; one < all.Length; one++)
        {
            if (one == 7) await Assert.ThrowsAsync<FormatException>(() => all[7]);
            else await all[one];
        }
    }

    [Fact]
    public async Task What_may_pass_fails_for_all_of_a_group_so_that_each_is_tried_again()
    {
        var (open, times) = (new TaskCompletionSource(), 0);
        var together = new Together<int>(async (_, _) =>
        {
            await open.Task;
            Interlocked.Increment(ref times);
            throw new TimeoutException();
        });

        var all = Enumerable.Range(0, 20).Select(one => together.DoAsync(one, CancellationToken.None)).ToArray();
        open.SetResult();
        foreach (var one in all) await Assert.ThrowsAsync<TimeoutException>(() => one);
        Assert.Equal(3, times);
    }
}
