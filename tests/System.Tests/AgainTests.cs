using System.Collections.Concurrent;
using DevPortal.Contracts;
using DevPortal.Demo.Api;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Xunit;

namespace DevPortal.SystemTests;

[Collection(InFilledPortal.Name)]
public sealed class AgainTests(FilledPortal filled)
{
    static readonly string[] Stores = ["identitydb", "catalogdb", "provisioningdb", "credentialsdb", "tyksyncdb"];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_every_relay_announces_again_from_the_first_event_changes_nothing()
    {
        var story = await Story.LiveAsync(filled);

        for (var time = 1; time <= 3; time++)
        {
            await Task.WhenAll(Stores.Select(AnnounceAgainAsync));
            await filled.Portal.Broker.UntilQuietAsync(Ct);
        }

        await story.IsUnchangedAsync();
    }

    [Fact]
    public async Task Every_message_delivered_twice_and_out_of_order_changes_nothing()
    {
        await using var connection = await filled.Portal.Broker.ConnectAsync(Ct);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Ct);
        var heard = await ListenAsync(channel);
        var story = await Story.LiveAsync(filled);
        await Task.WhenAll(Stores.Select(AnnounceAgainAsync));
        await filled.Portal.Broker.UntilQuietAsync(Ct);
        var messages = heard.ToArray();
        Assert.True(messages.Select(message => message.Exchange).Distinct().Count() >= 10, "Too few kinds of messages were heard.");

        // Last first, so that each revocation comes before its approval; then in no order at all.
        foreach (var message in messages.Reverse()) await PublishAsync(message);
        Random.Shared.Shuffle(messages);
        foreach (var message in messages) await PublishAsync(message);
        await filled.Portal.Broker.UntilQuietAsync(Ct);

        await story.IsUnchangedAsync();

        async Task PublishAsync(Heard message) => await channel.BasicPublishAsync(message.Exchange, "", true, new BasicProperties(message.Properties), message.Body, Ct);
    }

    [Fact]
    public async Task What_is_heard_for_the_first_time_backwards_and_twice_comes_to_the_same()
    {
        var (scene, run) = (filled.Scene, filled.Portal.Run);
        var rotated = await scene.GrantAsync("Rotated while provisioning is away", Ct);
        var revoked = await scene.AskAsync("Approved and revoked while credentials is away", Ct);

        await run.StopAsync("provisioning");
        await scene.Consumer.Portal.RotateAsync(rotated.Credential!.Id, Ct);
        await scene.Consumer.Portal.RotateAsync(rotated.Credential.Id, Ct);
        await TurnAroundAsync(Queues.ProvisioningCredentials, atLeast: 4);
        await run.StartAsync("provisioning", Ct);

        await run.StopAsync("credentials");
        await scene.ApproveAsync(revoked, Ct);
        await scene.RevokeAsync(revoked, Ct);
        await TurnAroundAsync(Queues.CredentialsRequests, atLeast: 2);
        await run.StartAsync("credentials", Ct);
        await filled.UntilWellAsync(Ct);

        var ended = await scene.UntilRevokedAsync(revoked, Ct);
        await filled.NoKeyAsync(ended, Ct);
        Assert.Equal("revoked", ended.State);
        var now = await scene.UntilAsync(rotated, seen => seen.Credential!.State == "active", "the rotations were heard", Ct);
        Assert.Equal("provisioned", now.State);
        await filled.OneKeyEachAsync([now], Ct);
        var history = await scene.Consumer.Portal.ListAsync<HistoryStep>($"/api/provisioning/requests/{rotated.Id}/history", Ct);
        Assert.Equal(2, history.Count(step => step.What == "credentialRotated"));
    }

    /// <summary>Delivers what waits in a queue that nobody reads now in the reverse order, each message twice.</summary>
    async Task TurnAroundAsync(Queue queue, int atLeast)
    {
        await using var connection = await filled.Portal.Broker.ConnectAsync(Ct);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Ct);
        await Eventually.UntilAsync(
            async () => (await channel.QueueDeclarePassiveAsync(queue.Name, Ct)).MessageCount, count => count >= atLeast, Asking.Patience, $"{atLeast} messages wait in {queue.Name}", Ct);
        var waiting = new Stack<Heard>();
        while (await channel.BasicGetAsync(queue.Name, autoAck: true, Ct) is { } next) waiting.Push(new(next.Exchange, next.BasicProperties, next.Body.ToArray()));
        foreach (var message in waiting.SelectMany(message => (Heard[])[message, message]))
            await channel.BasicPublishAsync("", queue.Name, true, new BasicProperties(message.Properties), message.Body, Ct);
    }

    /// <summary>All that is announced from now on, as it went over the wire.</summary>
    static async Task<ConcurrentQueue<Heard>> ListenAsync(IChannel channel)
    {
        var heard = new ConcurrentQueue<Heard>();
        var queue = (await channel.QueueDeclareAsync(cancellationToken: Ct)).QueueName;
        foreach (var message in Queues.All.SelectMany(known => known.Messages).Distinct())
        {
            await channel.ExchangeDeclareAsync(message.FullName!, ExchangeType.Fanout, durable: true, cancellationToken: Ct);
            await channel.QueueBindAsync(queue, message.FullName!, "", cancellationToken: Ct);
        }

        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivered) =>
        {
            heard.Enqueue(new(delivered.Exchange, delivered.BasicProperties, delivered.Body.ToArray()));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer, Ct);
        return heard;
    }

    /// <summary>What <c>--relay-from 1</c> does; a running relay takes it up by itself. Returns when it has announced everything.</summary>
    async Task AnnounceAgainAsync(string store)
    {
        await using var database = NpgsqlDataSource.Create(filled.Portal.Run.ConnectionString(store));
        await using (var last = database.CreateCommand("update relay set position = 0, moved_at = now() returning (select max(seq_id) from mt_events)"))
        {
            var end = (long)(await last.ExecuteScalarAsync(Ct))!;
            await using var position = database.CreateCommand("select position from relay");
            await Eventually.UntilAsync(async () => (long)(await position.ExecuteScalarAsync(Ct))!, now => now >= end, Asking.Patience, $"the relay of {store} has announced everything again", Ct);
        }
    }

    sealed record Heard(string Exchange, IReadOnlyBasicProperties Properties, byte[] Body);

    /// <summary>A life with everything in it, and what it came to.</summary>
    sealed class Story
    {
        readonly FilledPortal filled;
        readonly List<(Guid Id, string State)> ended = [];
        AccessRequest granted = null!, rotated = null!, revoked = null!;
        HashSet<string> keys = [];

        Story(FilledPortal filled) => this.filled = filled;

        public static async Task<Story> LiveAsync(FilledPortal filled)
        {
            var scene = filled.Scene;
            var story = new Story(filled)
            {
                granted = await scene.GrantAsync("Granted and left alone", Ct),
                rotated = await scene.GrantAsync("Granted and rotated", Ct),
                revoked = await scene.GrantAsync("Granted and revoked", Ct),
            };
            await scene.Consumer.Portal.RotateAsync(story.rotated.Credential!.Id, Ct);
            await scene.RevokeAsync(story.revoked, Ct);
            await scene.UntilRevokedAsync(story.revoked, Ct);
            await Eventually.UntilAsync(
                async () => (await filled.Tyk.KeysAsync(Ct)).Count(key => key.CredentialId == story.rotated.Credential.Id), count => count == 1, Asking.Patience, "the old key is gone", Ct);
            await filled.Portal.Broker.UntilQuietAsync(Ct);
            foreach (var request in new[] { story.granted, story.rotated, story.revoked }) story.ended.Add((request.Id, (await scene.LookAsync(request, Ct)).State));
            story.keys = await story.KeysAsync();
            return story;
        }

        public async Task IsUnchangedAsync()
        {
            foreach (var (id, state) in ended) Assert.Equal(state, (await filled.Scene.Consumer.Portal.FindRequestAsync(id, Ct)).Value.State);
            Assert.Equal(keys, await KeysAsync());
            await filled.OneKeyEachAsync([granted, rotated], Ct);
            await filled.NoKeyAsync(revoked, Ct);
            // And life goes on.
            await filled.OneKeyEachAsync([await filled.Scene.GrantAsync("Afterwards", Ct)], Ct);
        }

        async Task<HashSet<string>> KeysAsync()
        {
            var mine = new[] { granted, rotated, revoked }.Select(request => request.Credential!.Id).ToHashSet();
            return [.. (await filled.Tyk.KeysAsync(Ct)).Where(key => key.CredentialId is { } id && mine.Contains(id)).Select(key => key.Hash)];
        }
    }
}
