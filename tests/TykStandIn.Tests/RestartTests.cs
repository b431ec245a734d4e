using System.Net;
using Xunit;

namespace DevPortal.TykStandIn.Tests;

public sealed class RestartTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("tyk-stand-in").FullName;

    [Fact]
    public async Task Keys_counters_policies_and_APIs_outlive_the_process()
    {
        string hash;
        await using (var first = await Start())
        using (var tyk = new Operator(first))
        {
            await tyk.SetUp(quota: 5);
            hash = await tyk.CreateKey("some-key");
            Assert.Equal("4", await Remaining(tyk));
            Assert.Equal("3", await Remaining(tyk));
        }

        await using var second = await Start();
        using var again = new Operator(second);

        Assert.Equal(hash, Assert.Single(second.Keys).Hash);
        Assert.Equal(2, (await again.GetJson("/tyk/policies")).AsArray().Count);
        Assert.Equal("2", await Remaining(again));
    }

    [Fact]
    public async Task A_key_is_on_disk_before_its_answer()
    {
        await using var first = await Start();
        using var tyk = new Operator(first);
        await tyk.SetUp();
        var hash = await tyk.CreateKey("some-key");

        // What a crash right after the answer would leave: the folder as it is now, the first gateway still running.
        await using var second = await Start();

        Assert.Equal(hash, Assert.Single(second.Keys).Hash);
    }

    [Fact]
    public async Task A_deleted_key_stays_deleted()
    {
        await using (var first = await Start())
        using (var tyk = new Operator(first))
        {
            await tyk.SetUp();
            (await tyk.Delete($"/tyk/keys/{await tyk.CreateKey("some-key")}?hashed=1")).EnsureSuccessStatusCode();
        }

        await using var second = await Start();
        using var again = new Operator(second);
        Assert.Equal(HttpStatusCode.Forbidden, (await again.Call("some-key")).StatusCode);
    }

    [Fact]
    public async Task A_half_written_file_is_not_read()
    {
        await using (var first = await Start())
        using (var tyk = new Operator(first))
        {
            await tyk.SetUp();
            await tyk.CreateKey("some-key");
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "keys", "0123.json.half"), "{\"Id\":");

        await using var second = await Start();
        Assert.Single(second.Keys);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    Task<StandIn> Start() => StandIn.StartAsync(new() { Secret = "s3cret", StateFolder = folder });

    static async Task<string> Remaining(Operator tyk) => (await tyk.Call("some-key")).Headers.GetValues("X-RateLimit-Remaining").Single();
}
