namespace DevPortal.TykStandIn.Tests;

/// <summary>Stands still, and moves forward only where a story says that time passes: a slow machine changes no outcome.</summary>
sealed class MovableClock : TimeProvider
{
    readonly DateTimeOffset start = DateTimeOffset.UtcNow;
    long passed;

    public override DateTimeOffset GetUtcNow() => start + TimeSpan.FromTicks(Interlocked.Read(ref passed));

    public void Pass(TimeSpan time) => Interlocked.Add(ref passed, time.Ticks);
}
