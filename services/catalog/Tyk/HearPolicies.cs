using DevPortal.Catalog.Plans;
using DevPortal.Catalog.Products;
using DevPortal.Contracts.TykSync;
using DevPortal.Eventing;
using Marten;
using MassTransit;

namespace DevPortal.Catalog.Tyk;

/// <summary>Keeps what Tyk says of a policy, then looks what that makes of the product or plan. The fact is committed first: of a policy
/// and an API that arrive together, the one committed last is followed by a look that sees both. A repeated message looks again.</summary>
public sealed class HearPolicies(ISessionFactory sessions, TimeProvider time) : IConsumer<TykPolicyChanged>
{
    public async Task Consume(ConsumeContext<TykPolicyChanged> context)
    {
        var (heard, ct) = (context.Message, context.CancellationToken);
        // Closed before the next one opens: what holds a connection while it waits for another can use up the pool.
        await using (var session = sessions.OpenSession()) await session.HearAsync(heard, ct, KnownPolicy.StreamOf(heard.Origin.Stream));
        await AssessProduct.RunAsync(sessions, heard.Origin.Stream, heard.Origin, time, ct);
        await AssessPlan.RunAsync(sessions, heard.Origin.Stream, heard.Origin, time, ct);
    }
}
