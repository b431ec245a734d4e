using System.Reflection;
using Xunit;

namespace DevPortal.Contracts.Tests;

public sealed class QueueTests
{
    static readonly Type[] Messages = [.. typeof(IMessage).Assembly.GetTypes().Where(type => type is { IsInterface: false } && type.IsAssignableTo(typeof(IMessage)))];

    [Fact]
    public void Every_message_has_a_queue_because_one_that_nobody_hears_would_stop_all_announcements()
    {
        var heard = Queues.All.SelectMany(queue => queue.Messages).ToHashSet();

        Assert.NotEmpty(Messages);
        Assert.Empty(Messages.Where(message => !heard.Contains(message)).Select(message => message.Name));
    }

    [Fact]
    public void Every_queue_is_in_the_list_that_relays_declare()
    {
        var fields = typeof(Queues).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(Queue)).Select(field => (Queue)field.GetValue(null)!);

        Assert.Equal(fields.Select(queue => queue.Name).Order(), Queues.All.Select(queue => queue.Name).Order());
        Assert.Equal(Queues.All.Length, Queues.All.Select(queue => queue.Name).Distinct().Count());
    }

    [Fact]
    public void Messages_have_a_namespace_of_their_service_because_the_exchange_is_named_by_it() =>
        Assert.All(Messages, message => Assert.Matches(@"^DevPortal\.Contracts\.[A-Za-z]+$", message.Namespace!));
}
