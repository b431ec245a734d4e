using System.Diagnostics;

namespace DevPortal.Eventing;

/// <summary>Does together what waits at the same moment: whoever comes alone is served at once, and what comes meanwhile is one piece of work, so that
/// thousands of messages cost a few transactions. Where a group fails by a bug or something unreadable each is done alone: only the culprit fails.</summary>
/// <param name="work">Does some of them in one transaction; the same may come again.</param>
public sealed class Together<T>(Func<IReadOnlyList<T>, CancellationToken, Task> work)
{
    // While one group is in the database the next is worked out.
    const int MostGroups = 2, MostInGroup = 128;

    readonly Lock guard = new();
    readonly Queue<Waiting> waiting = [];
    int working;

    /// <summary>Returns when it is done.</summary>
    public Task DoAsync(T one, CancellationToken cancel)
    {
        var mine = new Waiting(one, new(TaskCreationOptions.RunContinuationsAsynchronously), Activity.Current, cancel);
        lock (guard)
        {
            waiting.Enqueue(mine);
            if (working == MostGroups) return mine.Done.Task;
            working++;
        }

        _ = WorkAsync();
        return mine.Done.Task;
    }

    async Task WorkAsync()
    {
        while (Take() is { Length: > 0 } group) await DoAsync(group);
    }

    Waiting[] Take()
    {
        lock (guard)
        {
            Waiting[] group = [.. Enumerable.Range(0, Math.Min(waiting.Count, MostInGroup)).Select(_ => waiting.Dequeue())];
            if (group.Length == 0) working--;
            return group;
        }
    }

    async Task DoAsync(Waiting[] group)
    {
        Activity.Current = group[0].Trace;
        try
        {
            await work([.. group.Select(one => one.Item)], group[0].Cancel);
            foreach (var one in group) one.Done.SetResult();
        }
        catch (Exception failure) when (group.Length > 1 && !Failures.MayPass(failure))
        {
            foreach (var one in group) await DoAsync([one]);
        }
        catch (Exception failure)
        {
            foreach (var one in group) one.Done.SetException(failure);
        }
    }

    sealed record Waiting(T Item, TaskCompletionSource Done, Activity? Trace, CancellationToken Cancel);
}

/// <summary>A consumer whose messages are worked on together; its queue hands out more of them at once.</summary>
public interface IWorksTogether
{
    /// <summary>Messages at once.</summary>
    const int Prefetch = 256;
}
