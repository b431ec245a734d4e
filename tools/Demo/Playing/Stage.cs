using System.Diagnostics;
using DevPortal.Demo.Api;
using Spectre.Console;

namespace DevPortal.Demo.Playing;

/// <summary>A step did not do what it should; it was shown on the stage.</summary>
public sealed class SceneFailedException(string step, Exception cause) : Exception($"{step}: {cause.Message}", cause);

/// <summary>Something came back that should not have.</summary>
public sealed class WrongException(string message) : Exception(message);

/// <summary>Shows each step with its time and what came back; plain where nobody watches a terminal.</summary>
public sealed class Stage
{
    readonly IAnsiConsole console;

    public Stage(IAnsiConsole console)
    {
        this.console = console;
        // A file has no width: lines are not broken there.
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = 1000;
    }

    public int Steps { get; private set; }

    public void Chapter(string title)
    {
        console.WriteLine();
        console.Write(new Markup($"[bold]{Markup.Escape(title)}[/]\n"));
    }

    public void Say(string text) => console.Write(new Markup($"  {Markup.Escape(text)}\n"));

    /// <summary>Does one step and shows what came back.</summary>
    /// <exception cref="SceneFailedException">It failed.</exception>
    public async Task<T> StepAsync<T>(string what, Func<Task<T>> act, Func<T, string> cameBack)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            var answer = await act();
            Show("green", "✓", start, what, cameBack(answer));
            Steps++;
            return answer;
        }
        catch (Exception failure) when (failure is RefusedException or WrongException or TimeoutException or InvalidOperationException or HttpRequestException)
        {
            Show("red", "✗", start, what, failure.Message);
            throw new SceneFailedException(what, failure);
        }
    }

    public Task StepAsync(string what, Func<Task<string>> act) => StepAsync(what, act, answer => answer);

    /// <summary>A step that must be refused, with just this status and code.</summary>
    public Task RefusedAsync(string what, int status, string? code, Func<Task> act) => StepAsync(what, async () =>
    {
        try
        {
            await act();
        }
        catch (RefusedException refused) when ((int)refused.Status == status && (code is null || code == refused.Code))
        {
            return refused.Message;
        }
        throw new WrongException($"It was not refused with {status}.");
    });

    void Show(string colour, string sign, long start, string what, string answer) => console.Write(new Markup(
        $"  [{colour}]{sign}[/] [grey]{Stopwatch.GetElapsedTime(start).TotalMilliseconds,8:#,##0} ms[/]  {Markup.Escape(what)}  [grey]→[/] {Markup.Escape(answer)}\n"));
}
