namespace DevPortal.LocalRun;

/// <summary>Linux's numbers; the same on every architecture that .NET runs on.</summary>
public enum Signal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
