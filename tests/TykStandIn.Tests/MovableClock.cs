namespace DevPortal.TykStandIn.Tests;

/// <summary>The system's time, moved forward where a story says that time passes.</summary>
sealed class MovableClock : TimeProvider
{
    long ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ahead));

    public void Pass(TimeSpan time) => Interlocked.Add(ref ahead, time.Ticks);
}
