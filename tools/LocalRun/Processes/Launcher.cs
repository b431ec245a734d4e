using System.Collections.Concurrent;
using System.Diagnostics;

namespace DevPortal.LocalRun;

/// <summary>
/// Starts programs so that none outlives us: each asks the kernel for its stop signal at our death. The kernel means the
/// death of the thread that forked, so one thread that lives as long as the process starts them all. Each gets a session of
/// its own, so that Ctrl-C in the terminal reaches us alone and we stop them in order.
/// </summary>
public static class Launcher
{
    private static readonly BlockingCollection<Action> Starts = [];

    static Launcher() => new Thread(Work) { IsBackground = true, Name = "launcher" }.Start();

    public static Task<RunningProcess> StartAsync(Launch launch)
    {
        var started = new TaskCompletionSource<RunningProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(new(Process.Start(StartInfo(launch))!, launch));
            }
            catch (Exception failure)
            {
                started.SetException(failure);
            }
        });
        return started.Task;
    }

    private static void Work()
    {
        foreach (var start in Starts.GetConsumingEnumerable()) start();
    }

    private static ProcessStartInfo StartInfo(Launch launch)
    {
        // Each program in the chain replaces the one before, so the process id is the program's own. The shell opens the
        // log before the user changes.
        var info = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = launch.Folder ?? "/",
            ArgumentList = { "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", launch.Log },
        };
        if (launch.Environment.Where(IsLostInShell).ToList() is { Count: > 0 } lost)
        {
            info.ArgumentList.Add("env");
            foreach (var (name, value) in lost) info.ArgumentList.Add($"{name}={value}");
        }

        info.ArgumentList.Add("setsid");
        info.ArgumentList.Add("setpriv");
        foreach (var argument in Privileges(launch)) info.ArgumentList.Add(argument);
        info.ArgumentList.Add("--");
        info.ArgumentList.Add(launch.File);
        foreach (var argument in launch.Arguments) info.ArgumentList.Add(argument);
        foreach (var (name, value) in launch.Environment) info.Environment[name] = value;
        return info;
    }

    /// <summary>A shell passes on only what it could name itself, and services__tyk-sync__http__0 it could not. These are addresses, no secrets.</summary>
    private static bool IsLostInShell(KeyValuePair<string, string?> variable) =>
        variable.Value is not null && !variable.Key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static IEnumerable<string> Privileges(Launch launch)
    {
        yield return launch.StopSignal switch
        {
            Signal.Interrupt => "--pdeathsig=INT",
            Signal.Kill => "--pdeathsig=KILL",
            _ => "--pdeathsig=TERM",
        };
        if (launch.User is not { } user) yield break;
        yield return $"--reuid={user.Uid}";
        yield return $"--regid={user.Gid}";
        yield return "--init-groups";
    }
}
