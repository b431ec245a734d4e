namespace DevPortal.Eventing;

/// <summary>One look answers all who asked before it began, and nobody who asked later: many at once share one, and none gets what is older than his question.</summary>
/// <param name="look">Looks. Its failure is the answer to those who waited for it; the next look is a new one.</param>
sealed class SharedLook<T>(Func<Task<T>> look)
{
    readonly Lock guard = new();
    bool looking;
    TaskCompletionSource<T>? next;

    public Task<T> AskAsync()
    {
        var answer = NewAnswer();
        lock (guard)
        {
            if (looking) return (next ??= answer).Task;
            looking = true;
        }

        // The looks of a busy hour would else all belong to the trace of whoever came first.
        using (ExecutionContext.SuppressFlow()) _ = LookAsync(answer);
        return answer.Task;
    }

    async Task LookAsync(TaskCompletionSource<T> asked)
    {
        for (TaskCompletionSource<T>? current = asked; current is not null;)
        {
            try
            {
                current.SetResult(await look());
            }
            catch (Exception failure)
            {
                current.SetException(failure);
            }

            // Behind the work that is due: the more there is to do, the more share a look.
            await Task.Yield();
            lock (guard) (current, next, looking) = (next, null, next is not null);
        }
    }

    // Who asked goes on by himself; the next look does not wait for him.
    static TaskCompletionSource<T> NewAnswer() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
