using System.Diagnostics;
using DevPortal.ServiceDefaults;
using JasperFx.Events;
using Marten;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DevPortal.Eventing;

/// <summary>Announces committed events over the broker, at least once, in every replica but active in one: it moves its
/// position on the very connection that holds the advisory lock. See docs/decisions/0001-relay.md.</summary>
sealed class Relay(
    NpgsqlDataSource database, LockConnection locks, IDocumentStore store, IBus bus, Broker broker, Announcing announcing, StoreName name, Wakeup wakeup,
    RelayState state, TimeProvider time, ILogger<Relay> log) : BackgroundService
{
    const int PageSize = 500;
    static readonly TimeSpan SlowPoll = TimeSpan.FromMilliseconds(500), GapPoll = TimeSpan.FromMilliseconds(5), PublishTimeout = TimeSpan.FromSeconds(20);
    readonly HashSet<Type> messages = [.. announcing.Messages];

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        wakeup.NotifyOthers = () => NotifyAsync(stopping);
        var pause = TimeSpan.FromMilliseconds(100);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await locks.OpenAsync(stopping);
                var cursor = new RelayCursor(connection, name);
                while (!await cursor.TryLeadAsync(stopping)) await Task.Delay(TimeSpan.FromSeconds(1), time, stopping);

                await LeadAsync(cursor, () => pause = TimeSpan.FromMilliseconds(100), stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                state.Failed(failure, time.GetUtcNow());
                log.LogWarning("The relay of {Store} pauses {Pause} ms: {Failure}", name.Value, pause.TotalMilliseconds, failure.Message);
                await Delay(pause, stopping);
                pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, 2000));
            }
            finally
            {
                wakeup.RelayIsHere = state.IsLeader = false;
            }
        }
    }

    async Task LeadAsync(RelayCursor cursor, Action wentWell, CancellationToken cancel)
    {
        wakeup.RelayIsHere = state.IsLeader = true;
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var listener = ListenAsync(listening.Token);
        try
        {
            await cursor.LoadAsync(cancel);
            while (true)
            {
                if (await broker.ConnectAsync(name.Value, messages, cancel) is { } makeMark)
                {
                    log.LogInformation("The broker is new to {Store}: announcing from the first event", name.Value);
                    await cursor.MoveAsync(0, cancel);
                    while (await AnnouncePageAsync(cursor, cancel)) { }
                    await makeMark();
                }

                while (await AnnouncePageAsync(cursor, cancel)) { }
                wentWell();
                state.UpToDate(cursor.Position);
                // Under load nearly every look finds a gap, and a look for each commit would be most of the work.
                await (cursor.HasGap ? Task.Delay(GapPoll, time, cancel) : wakeup.WaitAsync(SlowPoll, cancel));
            }
        }
        finally
        {
            await listening.CancelAsync();
            await listener;
        }
    }

    /// <summary>Publishes what is next; true if there may be more at once.</summary>
    async Task<bool> AnnouncePageAsync(RelayCursor cursor, CancellationToken cancel)
    {
        await using var session = store.QuerySession();
        var (events, more) = await cursor.NextAsync(session, PageSize, cancel);
        if (events.Count == 0) return more || await cursor.WasMovedAsync(cancel);

        state.Working(events[0].Sequence, cursor.Position);
        // Concurrently: one awaited confirm after the other is a few hundred a second. Consumers tolerate any order.
        var publishing = events.Where(recorded => !cursor.Skipped.Contains(recorded.Sequence)).Select(recorded => (recorded, task: PublishAsync(recorded, cancel))).ToArray();
        foreach (var (recorded, task) in publishing)
        {
            try
            {
                await task;
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested)
            {
                state.Blocked(recorded.Sequence, failure.Message, time.GetUtcNow());
                // The rest of the page is repeated with it; let it end first.
                await Task.WhenAll(publishing.Select(one => one.task)).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                throw;
            }
        }

        await broker.ConfirmSameAsync(cancel);
        await cursor.MoveAsync(events[^1].Sequence, cancel);
        return more;
    }

    async Task PublishAsync(IEvent recorded, CancellationToken cancel)
    {
        if (announcing.Of(recorded) is not { } message) return;
        if (!messages.Contains(message.GetType())) throw new InvalidOperationException($"{message.GetType().Name} is not in the list of messages that {name.Value} announces.");

        // The trace goes on where the call that caused the event left it.
        ActivityContext.TryParse(recorded.Headers?.GetValueOrDefault(Sessions.TraceParent)?.ToString(), null, out var parent);
        using var activity = Telemetry.Source.StartActivity("announce " + message.GetType().Name, ActivityKind.Internal, parent);
        activity?.SetTag(Telemetry.CorrelationId, message.Origin.CorrelationId);
        try
        {
            await bus.Publish(message, message.GetType(), context =>
            {
                context.MessageId = recorded.Id;
                context.CorrelationId = message.Origin.CorrelationId;
                if (context is RabbitMqSendContext rabbit) rabbit.Mandatory = true;
            }, cancel).WaitAsync(PublishTimeout, time, cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"Publishing event {recorded.Sequence} was given up.");
        }
    }

    /// <summary>Hears commits of other replicas. Only a wake-up: what it misses, the slow poll finds.</summary>
    async Task ListenAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await using var connection = await locks.OpenAsync(cancel);
                connection.Notification += (_, _) => wakeup.Pulse();
                await using (var listen = new NpgsqlCommand("listen relay", connection)) await listen.ExecuteNonQueryAsync(cancel);
                while (true) await connection.WaitAsync(cancel);
            }
            catch (Exception) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (Failures.MayPass(lost) || lost is NpgsqlException)
            {
                await Delay(TimeSpan.FromSeconds(1), cancel);
            }
        }
    }

    async Task NotifyAsync(CancellationToken cancel)
    {
        try
        {
            await using var notify = database.CreateCommand("notify relay");
            await notify.ExecuteNonQueryAsync(cancel);
        }
        catch (Exception lost) when (Failures.MayPass(lost) || lost is NpgsqlException)
        {
            log.LogDebug("Notify was lost: {Failure}", lost.Message);
        }
    }

    async Task Delay(TimeSpan pause, CancellationToken cancel)
    {
        try
        {
            await Task.Delay(pause, time, cancel);
        }
        catch (OperationCanceledException)
        {
            // The caller's loop looks at the token.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await broker.DisposeAsync();
    }
}
