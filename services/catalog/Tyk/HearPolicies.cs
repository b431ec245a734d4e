using DevPortal.Contracts.TykSync;
using DevPortal.Eventing;
using MassTransit;

namespace DevPortal.Catalog.Tyk;

/// <summary>Keeps what Tyk says of a policy, then looks what that makes of the product or plan. The fact is committed first: of a policy
/// and an API that arrive together, the one committed last is followed by a look that sees both. A repeated message looks again.</summary>
public sealed class HearPolicies(HearTogether hearing, AssessTogether assessing) : IConsumer<TykPolicyChanged>, IWorksTogether
{
    public async Task Consume(ConsumeContext<TykPolicyChanged> context)
    {
        var heard = context.Message;
        await hearing.HearAsync(new Heard(heard, KnownPolicy.StreamOf(heard.Origin.Stream)), context.CancellationToken);
        await assessing.AssessAsync(heard, context.CancellationToken);
    }
}
