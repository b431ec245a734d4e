using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DevPortal.Tyk;
using Xunit;

namespace DevPortal.Tests.Tyk;

public sealed class TykGatewayTests : IAsyncLifetime
{
    private static readonly SecretText Chosen = new("dp_live_key_CANARY/with slash");
    private static readonly KeyHash Hash = new("CANARYhash0123");
    private static readonly GatewayTimeouts Short = new(TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(200));

    private FakeGateway fake = null!;
    private GatewayLane lane = null!;

    public async ValueTask InitializeAsync()
    {
        fake = await FakeGateway.Start();
        lane = new GatewayLane(fake.Address, Short);
    }

    public async ValueTask DisposeAsync()
    {
        lane.Dispose();
        await fake.DisposeAsync();
    }

    private void Answers(int status, string body) => fake.Instead = async http =>
    {
        await FakeGateway.Say(http, status, body);
        return true;
    };

    private static KeySpec Key => KeySpec.ExpiredAndPowerless("o");

    [Fact]
    public async Task Each_call_asks_what_tyk_expects_with_the_control_secret()
    {
        Answers(200, "[]");
        await lane.Gateway.Policies();
        await lane.Gateway.Apis();
        await lane.Gateway.OasApis();
        await lane.Gateway.Hello();
        await lane.Gateway.CreateKey(Chosen, Key);
        await lane.Gateway.ReadKey(Hash);
        await lane.Gateway.UpdateKey(Hash, Key);
        await lane.Gateway.UpdateKey(Hash, Key, suppressReset: false);
        await lane.Gateway.DeleteKey(Hash);
        await lane.Gateway.ListKeyHashes();

        Assert.Equal(
            [
                ("GET", "/tyk/policies"), ("GET", "/tyk/apis"), ("GET", "/tyk/apis/oas"), ("GET", "/hello"),
                ("POST", "/tyk/keys/dp_live_key_CANARY%2Fwith%20slash"),
                ("GET", "/tyk/keys/CANARYhash0123?hashed=1"),
                ("PUT", "/tyk/keys/CANARYhash0123?hashed=1&suppress_reset=1"),
                ("PUT", "/tyk/keys/CANARYhash0123?hashed=1"),
                ("DELETE", "/tyk/keys/CANARYhash0123?hashed=1"),
                ("GET", "/tyk/keys"),
            ],
            fake.Asked.Select(asked => (asked.Method, asked.Path)));
        Assert.All(fake.Asked, asked => Assert.Equal("control-secret", asked.Secret));
        Assert.All(fake.Asked.Where(asked => asked.Method is "POST" or "PUT"), asked => Assert.Equal(Key.ToJson(), asked.Body));
    }

    [Theory]
    [InlineData("null", 0, 0)]
    [InlineData("[]", 0, 0)]
    [InlineData("""[{"id":"a"},{"_id":"b"},{"name":"none"},7]""", 2, 2)]
    public async Task A_list_is_read_entry_by_entry(string body, int items, int broken)
    {
        Answers(200, body);

        var listed = Assert.IsType<Listing<TykPolicy>.Listed>(await lane.Gateway.Policies());

        Assert.Equal((items, broken), (listed.Items.Count, listed.Broken.Count));
    }

    [Fact]
    public async Task Classic_twins_of_documents_that_were_read_are_left_out()
    {
        Answers(200, """
            [{"api_id":"pay","org_id":"o1","is_oas":true,"proxy":{}},{"api_id":"pay","org_id":"o2","is_oas":true,"proxy":{}},{"api_id":"old","org_id":"o1","proxy":{}},{"org_id":"o1","proxy":{}}]
            """);

        var listed = Assert.IsType<Listing<TykApi>.Listed>(await lane.Gateway.Apis(new HashSet<(string?, string)> { ("o1", "pay") }));

        Assert.Equal([("o2", "pay"), ("o1", "old")], listed.Items.Select(api => (api.OrgId, api.Id)));
        Assert.Single(listed.Broken);
    }

    /// <summary>Of equal ids in several organisations Tyk answers with the one loaded last; a policy that was deleted answers 404.</summary>
    [Theory]
    [InlineData("ours", "ours", "GET /tyk/policies/b, GET /tyk/policies/c%2F1")]
    [InlineData("ours", "theirs", "GET /tyk/policies/b, GET /tyk/policies/c%2F1, GET /tyk/policies")]
    [InlineData("ours", null, "GET /tyk/policies/b, GET /tyk/policies/c%2F1, GET /tyk/policies")]
    [InlineData("theirs", "ours", "GET /tyk/policies/b, GET /tyk/policies")]
    public async Task Policies_that_are_wanted_are_asked_for_one_by_one_and_the_list_decides_where_that_tells_nothing(string orgOfB, string? orgOfC, string asked)
    {
        fake.Instead = async http =>
        {
            var path = http.Request.Path.Value!;
            if (path == "/tyk/policies")
                await FakeGateway.Say(http, 200, """[{"id":"a","org_id":"ours"},{"id":"b","org_id":"theirs"},{"id":"b","org_id":"ours"},{"id":"c/1","org_id":"ours"}]""");
            else if (path.EndsWith("/b", StringComparison.Ordinal))
                await FakeGateway.Say(http, 200, $$"""{"id":"b","org_id":"{{orgOfB}}"}""");
            else
                await FakeGateway.Say(http, orgOfC is null ? 404 : 200, orgOfC is null ? """{"status":"error","message":"Policy not found"}""" : $$"""{"id":"c/1","org_id":"{{orgOfC}}"}""");
            return true;
        };
        var listed = Assert.IsType<Listing<TykPolicy>.Listed>(await lane.Gateway.Policies("ours", new SortedSet<string>(StringComparer.Ordinal) { "b", "c/1" }));
        Assert.Equal(["b", "c/1"], listed.Items.Where(policy => policy.OrgId == "ours").Select(policy => policy.Id));
        Assert.Equal(asked, string.Join(", ", fake.Asked.Select(call => $"{call.Method} {call.Path}")));
    }

    [Theory]
    [InlineData(200, "<html>login</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, "")]
    [InlineData(301, "")]
    [InlineData(403, """{"status":"error","message":"Attempted administrative access with invalid or missing key!"}""")]
    [InlineData(404, "404 page not found")]
    [InlineData(500, """{"status":"error","message":"x"}""")]
    public async Task What_is_no_list_is_a_failure_and_never_an_empty_list(int status, string body)
    {
        Answers(status, body);

        Assert.NotEmpty(Assert.IsType<Listing<TykPolicy>.Failed>(await lane.Gateway.Policies()).Reason);
    }

    [Fact]
    public async Task A_created_key_is_known_by_its_hash()
    {
        var created = Assert.IsType<KeyCreation.Created>(await lane.Gateway.CreateKey(new SecretText("abc"), Key));

        Assert.Equal(new KeyHash("hash-of-abc"), created.Hash);
        Assert.Null(SourceCheck.Refuse(created));
    }

    [Theory]
    [InlineData("""{"key":"t","status":"ok","action":"added"}""", "keys-not-hashed")]
    [InlineData("""{"key":"t","status":"ok","action":"added","key_hash":"a1b2c3d4"}""", "key-hash-too-short")]
    [InlineData("""{"key":"t","status":"ok","action":"added","key_hash":"560f5f51e0f10f72"}""", null)]
    public async Task A_gateway_without_long_hashes_is_refused_with_a_remedy(string answer, string? code)
    {
        Answers(200, answer);

        var refusal = SourceCheck.Refuse(Assert.IsType<KeyCreation.Created>(await lane.CreateSentinel(Guid.NewGuid())));

        Assert.Equal(code, refusal?.Code);
        Assert.True(refusal is null || refusal.Remedy.Contains("sha256", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_400_refuses_a_create_for_good()
    {
        Answers(400, """{"status":"error","message":"Request malformed"}""");
        Assert.Equal(new KeyCreation.Refused("Request malformed"), await lane.Gateway.CreateKey(Chosen, Key));

        foreach (var status in new[] { 401, 403, 404, 408, 409, 429, 500, 502, 503, 504 })
        {
            Answers(status, """{"status":"error","message":"no"}""");
            var failed = Assert.IsType<KeyCreation.Failed>(await lane.Gateway.CreateKey(Chosen, Key));
            Assert.Equal(status >= 500, failed.MayStillLand);
            Assert.Contains(status.ToString(), failed.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_404_of_tyk_is_no_such_key_and_any_other_404_is_a_failure()
    {
        Assert.IsType<KeyRead.NoSuchKey>(await lane.Gateway.ReadKey(Hash));
        Assert.IsType<KeyChange.NoSuchKey>(await lane.Gateway.UpdateKey(Hash, Key));
        Assert.IsType<KeyChange.NoSuchKey>(await lane.Gateway.DeleteKey(Hash));

        Answers(404, "404 page not found");
        Assert.IsType<KeyRead.Failed>(await lane.Gateway.ReadKey(Hash));
        Assert.IsType<KeyChange.Failed>(await lane.Gateway.UpdateKey(Hash, Key));
        Assert.IsType<KeyChange.Failed>(await lane.Gateway.DeleteKey(Hash));
        Assert.IsType<KeyListing.Failed>(await lane.Gateway.ListKeyHashes());
    }

    [Fact]
    public async Task Keys_that_are_not_listed_are_not_an_empty_list()
    {
        Answers(404, """{"status":"error","message":"Hashed key listing is disabled in config (enable_hashed_keys_listing)"}""");
        Assert.IsType<KeyListing.Disabled>(await lane.Gateway.ListKeyHashes());

        Answers(200, """{"keys":["h1","h2"]}""");
        Assert.Equal([new KeyHash("h1"), new KeyHash("h2")], Assert.IsType<KeyListing.Listed>(await lane.Gateway.ListKeyHashes()).Hashes);
    }

    [Fact]
    public async Task A_read_key_has_what_tyk_shows()
    {
        Answers(200, """
            {"rate":100,"per":60,"quota_max":1000,"quota_renewal_rate":3600,"expires":1800000000,"org_id":"o","apply_policies":["p","plan"],"tags":["app-7"],
             "access_rights":{"a":{"versions":["Default"],"limit":{"rate":100,"per":60}}},"meta_data":{"PortalID":"me","n":1}}
            """);

        var session = Assert.IsType<KeyRead.Found>(await lane.Gateway.ReadKey(Hash)).Session;

        Assert.Equal(new Limits(100, 60, 1000, 3600), session.Limits);
        Assert.Equal(1_800_000_000, session.Expires);
        Assert.Equal(["p", "plan"], session.Policies);
        Assert.Equal(("me", "1"), (session.MetaData["PortalID"], session.MetaData["n"]));
        Assert.Equal(new Limits(100, 60, null, null), session.Rights["a"].Limits);
    }

    [Fact]
    public async Task Hello_tells_the_stores_state()
    {
        Answers(200, """{"status":"fail","version":"v5.13.0","details":{"redis":{"status":"fail"}}}""");

        Assert.Equal(new Hello.Said("fail", "v5.13.0", "fail"), await lane.Gateway.Hello());
    }

    [Fact]
    public async Task A_create_without_an_answer_may_still_land()
    {
        fake.Instead = async http =>
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };

        var failed = Assert.IsType<KeyCreation.Failed>(await lane.Gateway.CreateKey(Chosen, Key));

        Assert.Equal(new KeyCreation.Failed("POST /tyk/keys/{key}: no answer within 0.3 s", MayStillLand: true), failed);
    }

    [Fact]
    public async Task A_create_whose_connection_breaks_may_still_land()
    {
        fake.Instead = http =>
        {
            http.Abort();
            return Task.FromResult(true);
        };

        Assert.True(Assert.IsType<KeyCreation.Failed>(await lane.Gateway.CreateKey(Chosen, Key)).MayStillLand);
    }

    [Fact]
    public async Task A_refused_connection_is_told_and_nothing_lands()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        using var nobody = new GatewayLane(fake.Address with { Url = new Uri($"http://127.0.0.1:{port}") });

        Assert.Equal(
            new KeyCreation.Failed("POST /tyk/keys/{key}: connection refused", MayStillLand: false), await nobody.Gateway.CreateKey(Chosen, Key));
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_thrown()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lane.Gateway.ReadKey(Hash, cancelled.Token));
    }

    [Fact]
    public async Task A_base_path_before_tyks_own_is_kept()
    {
        using var behind = new GatewayLane(fake.Address with { Url = new Uri(fake.Address.Url, "/gw/") }, Short);

        await behind.Gateway.DeleteKey(Hash);

        Assert.Equal("/gw/tyk/keys/CANARYhash0123?hashed=1", Assert.Single(fake.Asked).Path);
    }

    [Fact]
    public async Task No_key_no_hash_and_no_secret_stands_in_any_span_reason_or_text()
    {
        var seen = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TykGateway.ActivitySourceName || source.Name.StartsWith("System.Net", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (seen)
                {
                    seen.Add($"{activity.Source.Name} {activity.DisplayName} {activity.StatusDescription} {string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))}");
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        var said = new List<object>();
        foreach (var (status, body) in new[]
        {
            (500, $$"""{"status":"error","message":"key {{Chosen.Reveal()}} {{Hash.Reveal()}}"}"""),
            (400, $$"""{"status":"error","message":"key {{Chosen.Reveal()}} {{Hash.Reveal()}}"}"""),
            (200, "<html>"),
            (0, ""),
        })
        {
            fake.Instead = async http =>
            {
                if (status == 0)
                {
                    http.Abort();
                }
                else
                {
                    // A create can quote the chosen id only, the others the hash only.
                    var unknown = http.Request.Method == "POST" ? Hash.Reveal() : Chosen.Reveal();
                    await FakeGateway.Say(http, status, body.Replace(unknown, "", StringComparison.Ordinal));
                }

                return true;
            };
            said.Add(await lane.Gateway.CreateKey(Chosen, Key));
            said.Add(await lane.Gateway.ReadKey(Hash));
            said.Add(await lane.Gateway.UpdateKey(Hash, Key));
            said.Add(await lane.Gateway.DeleteKey(Hash));
        }

        said.Add(Chosen);
        said.Add(Hash);
        said.Add(new KeyCreation.Created(Hash));
        said.Add(new KeyListing.Listed([Hash]));
        said.Add(fake.Address);
        said.Add(JsonSerializer.Serialize(new { Chosen, Hash, fake.Address.Secret }));
        var everything = string.Join('\n', said.Select(one => one.ToString()).Concat(seen));

        Assert.DoesNotContain("CANARY", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("control-secret", everything, StringComparison.Ordinal);
        Assert.Contains(seen, span => span.StartsWith("DevPortal.Tyk PUT /tyk/keys/{hash}", StringComparison.Ordinal));
        Assert.All(fake.Asked, asked => Assert.NotNull(asked.Trace));
    }
}
