using DevPortal.Testing;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DevPortal.Eventing.Tests;

public sealed class SweepRepliesTests(Servers servers)
{
    [Fact]
    public async Task Answers_older_than_a_day_are_deleted_in_as_many_batches_as_it_takes_and_younger_ones_stay()
    {
        await using var service = await Announcer.StartAsync(await servers.PostgresAsync("replies"), await servers.RabbitMqAsync());
        var store = service.Services.GetRequiredService<IDocumentStore>();
        var now = DateTimeOffset.UtcNow;
        var old = Enumerable.Range(0, 2500).Select(i => new StoredReply($"old-{i}", "", now.AddHours(-24).AddSeconds(-1), 201, null, null, null));
        await store.BulkInsertAsync([.. old, new StoredReply("young", "", now.AddHours(-23), 201, null, null, null)], cancellation: TestContext.Current.CancellationToken);

        using var sweep = new SweepReplies(service.Database, TimeProvider.System, NullLogger<SweepReplies>.Instance);
        await sweep.SweepAsync(TestContext.Current.CancellationToken);

        await using var session = store.QuerySession();
        Assert.Equal("young", Assert.Single(await session.Query<StoredReply>().ToListAsync(TestContext.Current.CancellationToken)).Id);
    }
}
