using DevPortal.Contracts;
using DevPortal.Contracts.Identity;
using DevPortal.Testing;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DevPortal.Eventing.Tests;

public sealed class HearingTests(Servers servers)
{
    static UserChanged Person(Guid id, long version, UserRole role) =>
        new(new Origin(id, version, DateTimeOffset.UtcNow, Guid.NewGuid()), id, UserStatus.Active, role, Guid.Empty, [], null, 0);

    [Fact]
    public async Task Duplicates_and_races_leave_no_gap_in_the_sequence()
    {
        await using var listener = await Listener.StartAsync(await servers.PostgresAsync("listener"), await servers.RabbitMqAsync());
        var store = listener.Services.GetRequiredService<IDocumentStore>();
        var people = Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7()).ToArray();

        foreach (var person in people)
        {
            // A race of two, then repetitions: a thousand duplicates in all.
            await Task.WhenAll(HearAsync(store, Person(person, 1, UserRole.Member)), HearAsync(store, Person(person, 1, UserRole.Member)));
            for (var i = 0; i < 9; i++) await HearAsync(store, Person(person, 1, UserRole.Member));
        }

        await using var session = store.QuerySession();
        var counts = await session.AdvancedSql.QueryAsync<long>("select count(*) from mt_events", TestContext.Current.CancellationToken);
        Assert.Equal(100, counts[0]);
        Assert.Equal(100, (await session.AdvancedSql.QueryAsync<long>("select max(seq_id) from mt_events", TestContext.Current.CancellationToken))[0]);
    }

    [Fact]
    public async Task The_later_version_stays_whatever_arrives_last()
    {
        await using var listener = await Listener.StartAsync(await servers.PostgresAsync("listener"), await servers.RabbitMqAsync());
        var store = listener.Services.GetRequiredService<IDocumentStore>();
        var person = Guid.CreateVersion7();

        await HearAsync(store, Person(person, 3, UserRole.Member));
        await HearAsync(store, Person(person, 1, UserRole.Member));
        await HearAsync(store, Person(person, 2, UserRole.Admin));

        await using var session = store.QuerySession();
        var known = await session.LoadAsync<KnownUser>(person, TestContext.Current.CancellationToken);
        Assert.Equal((3, UserRole.Member), (known!.SourceVersion, known.Role));
    }

    static async Task HearAsync(IDocumentStore store, UserChanged message)
    {
        while (true)
        {
            await using var session = store.LightweightSession();
            try
            {
                await session.HearAsync(message, CancellationToken.None);
                return;
            }
            catch (Exception lost) when (Saving.IsLostRace(lost))
            {
                // As the bus does: again.
            }
        }
    }
}
