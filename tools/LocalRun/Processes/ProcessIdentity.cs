namespace DevPortal.LocalRun;

/// <summary>A process that is not mistaken for a later one with the same number: its start time tells them apart.</summary>
/// <param name="Started">In clock ticks since the machine started, as /proc says it.</param>
public sealed record ProcessIdentity(int Id, long Started)
{
    /// <summary>The process as it is now, or null when there is none with this number.</summary>
    public static ProcessIdentity? Of(int id) => ProcessTree.Read(id)?.Identity;

    public bool IsAlive => Of(Id) == this;
}
