using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DevPortal.Eventing;
using DevPortal.TykSync.Runs;
using Xunit;
using static DevPortal.TykSync.Tests.World;

namespace DevPortal.TykSync.Tests;

public sealed class ApplyRunTests(FolderSources folders) : IClassFixture<FolderSources>
{
    /// <summary>A source of ten products that lost four, and the run that asks.</summary>
    async Task<(string Source, string Run)> AskingAsync()
    {
        var source = folders.Take();
        folders.Put(source, Enumerable.Range(0, 10).Select(n => $"p{n}"));
        await folders.Service.RunAsync(source);
        folders.Put(source, Enumerable.Range(4, 6).Select(n => $"p{n}"));
        var run = (await folders.Service.RunAsync(source)).GetProperty("run");
        Assert.Equal("needs-confirmation", run.GetProperty("status").GetString());
        Assert.Equal(4, run.GetProperty("counts").GetProperty("toHide").GetInt32());
        Assert.Equal(0, await HiddenAsync(source));
        return (source, run.GetProperty("id").GetString()!);
    }

    async Task<int> HiddenAsync(string source) => (await folders.Service.KnownAsync(source)).Policies.Values.Count(policy => policy.Facts.HiddenBecause is not null);

    async Task<(HttpStatusCode Status, JsonElement Body)> ApplyAsync(string run, string? ifMatch = "*", string? key = null)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, $"/api/sync/runs/{run}/apply");
        if (ifMatch is not null) call.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (key is not null) call.Headers.Add("Idempotency-Key", key);
        var answer = await folders.Service.Admin.SendAsync(call);
        return (answer.StatusCode, answer.Content.Headers.ContentLength == 0 ? default : await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    static string Code(JsonElement problem) => problem.GetProperty("code").GetString()!;

    [Fact]
    public async Task It_hides_exactly_its_list_once()
    {
        var (source, run) = await AskingAsync();
        var etag = (await folders.Service.Admin.GetAsync($"/api/sync/runs/{run}")).Headers.ETag!.Tag;

        var (status, body) = await ApplyAsync(run, etag);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("applied", body.GetProperty("status").GetString());
        Assert.Equal(4, body.GetProperty("counts").GetProperty("hidden").GetInt32());
        Assert.Equal(["p0", "p1", "p2", "p3"],
            (await folders.Service.KnownAsync(source)).Policies.Values.Where(policy => policy.Facts.HiddenBecause is not null).Select(policy => policy.Facts.PolicyId).Order());

        var (again, problem) = await ApplyAsync(run);
        Assert.Equal((HttpStatusCode.Conflict, "nothing-to-confirm"), (again, Code(problem)));
        Assert.Equal(4, await HiddenAsync(source));
        Assert.Equal(0, (await folders.Service.RunAsync(source)).GetProperty("run").GetProperty("counts").GetProperty("hidden").GetInt32());
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_gets_the_first_answer_also_when_the_source_can_not_be_read_any_more()
    {
        var (source, run) = await AskingAsync();
        var (status, body) = await ApplyAsync(run, "\"3\"", key: "yes");
        Assert.Equal(HttpStatusCode.OK, status);
        folders.Remove(source);
        var (again, repeated) = await ApplyAsync(run, "\"3\"", key: "yes");
        Assert.Equal((HttpStatusCode.OK, body.GetRawText()), (again, repeated.GetRawText()));
        Assert.Equal(4, await HiddenAsync(source));
    }

    [Fact]
    public async Task Keyed_calls_that_wait_for_a_run_to_end_hold_one_connection_each()
    {
        var asking = await AskingAsync();
        await using var held = await SourceLock.TryTakeAsync(folders.Service.Service<LockConnection>(), asking.Source, TestContext.Current.CancellationToken);
        Assert.NotNull(held);
        // The pool has 20: with a second one needed by each, they would wait for each other.
        var answers = await Task.WhenAll(Enumerable.Range(0, 25).Select(i => ApplyAsync(asking.Run, "\"3\"", key: $"{i}")));
        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Conflict, "run-under-way"), (answer.Status, Code(answer.Body))));
        Assert.Equal(0, await HiddenAsync(asking.Source));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task If_more_or_less_is_gone_since_it_is_refused(int gone)
    {
        var (source, run) = await AskingAsync();
        folders.Put(source, Enumerable.Range(gone, 10 - gone).Select(n => $"p{n}"));

        var (status, problem) = await ApplyAsync(run);

        Assert.Equal((HttpStatusCode.Conflict, "changed-since"), (status, Code(problem)));
        Assert.Equal(0, await HiddenAsync(source));
    }

    [Fact]
    public async Task While_the_source_can_not_be_read_it_is_refused()
    {
        var (source, run) = await AskingAsync();
        folders.Remove(source);

        var (status, problem) = await ApplyAsync(run);

        Assert.Equal((HttpStatusCode.Conflict, "source-unreadable"), (status, Code(problem)));
    }

    [Fact]
    public async Task Who_has_not_seen_the_run_as_it_is_is_refused()
    {
        var (source, run) = await AskingAsync();

        Assert.Equal(((HttpStatusCode)428, "if-match-required"), await RefusalAsync(null));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "stale"), await RefusalAsync("\"1\""));
        Assert.Equal(0, await HiddenAsync(source));

        async Task<(HttpStatusCode, string)> RefusalAsync(string? ifMatch)
        {
            var (status, problem) = await ApplyAsync(run, ifMatch);
            return (status, Code(problem));
        }
    }

    [Fact]
    public async Task A_run_that_asks_nothing_is_refused_and_an_unknown_one_is_404()
    {
        var run = (await folders.Service.RunAsync(folders.Take())).GetProperty("run").GetProperty("id").GetString()!;

        var (status, problem) = await ApplyAsync(run);

        Assert.Equal((HttpStatusCode.Conflict, "nothing-to-confirm"), (status, Code(problem)));
        Assert.Equal(HttpStatusCode.NotFound, (await ApplyAsync(Guid.CreateVersion7().ToString())).Status);
    }

    [Fact]
    public async Task Two_admins_at_once_apply_it_once()
    {
        var (source, run) = await AskingAsync();

        var answers = await Task.WhenAll(ApplyAsync(run, "\"3\""), ApplyAsync(run, "\"3\""));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Single(answers, answer => answer.Status is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed);
        Assert.Equal(4, await HiddenAsync(source));
    }

    [Fact]
    public void An_object_that_changed_since_makes_another_list()
    {
        var known = KnownAfter(Product("a"), Product("b"), Product("c"));
        var plan = Plan(known, Content());
        var asked = new RunNeedsConfirmation(plan.AsksBecause!, [.. plan.Hidings], plan.Counts, plan.Lines, Now);
        var renamed = After(known, Plan(known, Content(Policy("a", new { acl = true }, name: "New"), Product("b"), Product("c"))));

        Assert.Null(ApplyRun.RefuseChanged(asked, Plan(known, Content())));
        Assert.Equal("changed-since", ApplyRun.RefuseChanged(asked, Plan(renamed, Content()))!.Code);
    }
}
