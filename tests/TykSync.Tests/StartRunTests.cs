using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DevPortal.TykSync.Runs;
using DevPortal.TykSync.Sources;
using Xunit;

namespace DevPortal.TykSync.Tests;

public sealed class StartRunTests(FolderSources folders) : IClassFixture<FolderSources>
{
    [Fact]
    public async Task A_run_is_accepted_performed_and_told()
    {
        var source = folders.Take();
        folders.Put(source, "p1", "p2");

        var answer = await folders.Service.Admin.PostAsJsonAsync("/api/sync/runs", new { source });

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("\"1\"", answer.Headers.ETag!.Tag);
        var run = await folders.Service.EndOfAsync(answer.Headers.Location!.ToString());
        Assert.Equal("finished", run.GetProperty("run").GetProperty("status").GetString());
        Assert.Equal("request", run.GetProperty("run").GetProperty("trigger").GetString());
        Assert.Equal(2, run.GetProperty("run").GetProperty("counts").GetProperty("imported").GetInt32());
        Assert.Contains(run.GetProperty("lines").GetProperty("items").EnumerateArray(), line => line.GetProperty("id").GetString() == "p2" && line.GetProperty("action").GetString() == "imported");
        Assert.Equal(2, (await folders.Service.KnownAsync(source)).Policies.Count);
    }

    [Fact]
    public async Task The_same_idempotency_key_starts_one_run()
    {
        var source = folders.Take();
        async Task<string> Post()
        {
            using var call = new HttpRequestMessage(HttpMethod.Post, "/api/sync/runs") { Content = JsonContent.Create(new { source }) };
            call.Headers.Add("Idempotency-Key", "once-" + source);
            var answer = await folders.Service.Admin.SendAsync(call);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        }

        Assert.Equal(await Post(), await Post());
    }

    [Theory]
    [InlineData("""{"source":"unknown"}""", 422, "unknown-source")]
    [InlineData("{}", 400, "missing")]
    [InlineData("""{"source":null}""", 400, "bad-json")]
    [InlineData("""{"source":7}""", 400, "bad-json")]
    [InlineData("""{"source":""}""", 400, "invalid")]
    [InlineData("{oops", 400, "bad-json")]
    public async Task What_is_no_source_is_refused_naming_the_field(string body, int status, string code)
    {
        var answer = await folders.Service.Admin.PostAsync("/api/sync/runs", new StringContent(body, null, "application/json"));

        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((status, code), ((int)answer.StatusCode, problem.GetProperty("code").GetString()));
        Assert.True(body == "{oops" || problem.GetProperty("errors").EnumerateObject().Single().Name.Equals("source", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("GET", "/api/sync/sources")]
    [InlineData("GET", "/api/sync/runs")]
    [InlineData("POST", "/api/sync/runs")]
    [InlineData("GET", "/api/sync/runs/0196a6b0-0000-7000-8000-000000000000")]
    [InlineData("POST", "/api/sync/runs/0196a6b0-0000-7000-8000-000000000000/apply")]
    public async Task Only_admins_come_in(string method, string path)
    {
        var body = method == "POST" ? JsonContent.Create(new { source = "s0" }) : null;

        Assert.Equal(HttpStatusCode.Forbidden, (await folders.Service.Member.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Content = body })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await folders.Service.Nobody.SendAsync(new HttpRequestMessage(new HttpMethod(method), path))).StatusCode);
    }

    [Fact]
    public async Task Every_operation_is_in_the_openapi_document()
    {
        var document = await folders.Service.Nobody.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

        Assert.Equal(
            ["ApplyRun", "GetRun", "ListRuns", "ListSources", "StartRun"],
            document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value.GetProperty("operationId").GetString()).Order());
    }

    [Fact]
    public void A_source_is_known_by_its_name()
    {
        var options = new TykOptions { Sources = { ["tyk"] = new TykSourceOptions { Path = "/x" }, ["none"] = new TykSourceOptions() } };

        Assert.Null(StartRun.Refuse(options, new StartRun.Input("tyk")));
        Assert.Equal("unknown-source", StartRun.Refuse(options, new StartRun.Input("none"))!.Code);
    }

    [Fact]
    public async Task Many_changes_are_committed_a_page_at_a_time_and_a_repetition_writes_only_its_own_record()
    {
        var source = folders.Take();
        folders.Put(source, Enumerable.Range(0, 1_201).Select(number => $"many-{number}"));
        Assert.Equal(1_201, (await folders.Service.RunAsync(source)).GetProperty("run").GetProperty("counts").GetProperty("imported").GetInt32());

        await using var session = folders.Service.Store.QuerySession();
        Task<IReadOnlyList<long>> PagesAsync() => session.AdvancedSql.QueryAsync<long>(
            "select count(*) from mt_events where data #>> '{Policy,Source}' = ? group by xmin order by 1 desc", TestContext.Current.CancellationToken, source);
        Assert.Equal([500, 500, 201], await PagesAsync());

        Assert.Equal(1_201, (await folders.Service.RunAsync(source)).GetProperty("run").GetProperty("counts").GetProperty("unchanged").GetInt32());
        Assert.Equal([500, 500, 201], await PagesAsync());
    }
}
