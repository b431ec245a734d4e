using Xunit;
using static DevPortal.Eventing.QueueState;

namespace DevPortal.Eventing.Tests;

public sealed class LostQueuesTests
{
    static readonly DateTimeOffset Before = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero), Now = Before.AddSeconds(30);

    [Fact]
    public void A_queue_out_of_reach_while_another_is_read_counts_from_when_it_was_first_so()
    {
        Assert.Equal(Now, LostQueues.Since(null, [Read, Unreachable], Now));
        Assert.Equal(Before, LostQueues.Since(Before, [Unreachable, Read, Read], Now));
    }

    [Fact]
    public void A_broker_that_is_away_and_queues_that_are_read_again_count_for_nothing()
    {
        Assert.Null(LostQueues.Since(Before, [Unreachable, Unreachable], Now));
        Assert.Null(LostQueues.Since(Before, [Read, Read], Now));
        Assert.Null(LostQueues.Since(Before, [], Now));
    }

    [Fact]
    public void A_queue_that_the_broker_refuses_would_be_refused_to_a_new_process_too() => Assert.Null(LostQueues.Since(Before, [Read, Refused], Now));
}
