using DevPortal.Contracts.Credentials;
using Xunit;
using static DevPortal.Provisioning.Tests.Given;

namespace DevPortal.Provisioning.Tests;

/// <summary>The state machine, every way through it.</summary>
public sealed class RequestStatesTests
{
    const int Depth = 6;

    /// <summary>The picture of the states, written down once more: what leads from where to where. What is not here is refused.</summary>
    static readonly Dictionary<(RequestState, string), RequestState> Allowed = new()
    {
        [(RequestState.Pending, "approve")] = RequestState.Approved,
        [(RequestState.Pending, "reject")] = RequestState.Rejected,
        [(RequestState.Pending, "withdraw")] = RequestState.Withdrawn,
        [(RequestState.ProvisioningFailed, "retry")] = RequestState.Approved,
        [(RequestState.Approved, "revoke")] = RequestState.Revoked,
        [(RequestState.Provisioned, "revoke")] = RequestState.Revoked,
        [(RequestState.ProvisioningFailed, "revoke")] = RequestState.Revoked,
    };

    static readonly string[] Decisions = ["approve", "reject", "withdraw", "retry", "revoke"];
    static readonly CredentialStep[] Steps = Enum.GetValues<CredentialStep>();

    [Fact]
    public void No_step_is_skipped_or_repeated_on_any_way_through_the_states()
    {
        var visited = new HashSet<RequestState>();
        Explore(Pending, [], visited);
        Assert.Equal(Enum.GetValues<RequestState>().Order(), visited.Order());
    }

    static void Explore(ProvisioningRequest request, string[] way, HashSet<RequestState> visited)
    {
        visited.Add(request.State);
        Assert.True(request.State == RequestState.Pending || way.Length > 0);
        // Nothing is granted that was not approved, and nothing is approved, rejected or withdrawn twice.
        Assert.Equal(way.Contains("approve"), request.Granted is not null);
        Assert.True(way.Count(step => step is "approve" or "reject" or "withdraw") <= 1, string.Join(", ", way));
        Assert.True(way.Count(step => step is "revoke") <= 1, string.Join(", ", way));
        if (way.Length == Depth) return;

        foreach (var decision in Decisions)
        {
            var next = Decide(request, decision);
            Assert.True(Allowed.ContainsKey((request.State, decision)) == next is not null, $"{request.State}: {decision} after {string.Join(", ", way)}");
            if (next is null) continue;
            Assert.Equal(Allowed[(request.State, decision)], next.State);
            Assert.Equal(request.Version + 1, next.Version);
            Explore(next, [.. way, decision], visited);
        }

        foreach (var step in Steps)
        {
            var report = Report((request.Credential?.Version ?? 0) + 1, step);
            var next = request.After(report);
            if (request.Granted is null || request.State == RequestState.Revoked) Assert.Equal(request.State, next.State);
            else Assert.Contains(next.State, new[] { RequestState.Approved, RequestState.Provisioned, RequestState.ProvisioningFailed });
            Assert.Equal(report, next.Credential);
            // Reports come only of what was approved.
            if (request.Granted is not null) Explore(next, [.. way, step.ToString()], visited);

            // The same again changes nothing but the version of the stream.
            Assert.Equal(next with { Version = next.Version + 1 }, next.After(report));
        }
    }

    static ProvisioningRequest? Decide(ProvisioningRequest request, string decision) => decision switch
    {
        "approve" => ApproveRequest.Refuse(request, Admin, App, Requester, Offered) is null ? request.After(ApproveRequest.Decide(request, new(null), Admin, Offered, Now)) : null,
        "reject" => RejectRequest.Refuse(request, Admin, App, Requester) is null ? request.After(RejectRequest.Decide(new("No"), Admin, Now)) : null,
        "withdraw" => WithdrawRequest.Refuse(request, Consumer) is null ? request.After(WithdrawRequest.Decide(Consumer, Now)) : null,
        "retry" => RetryRequest.Refuse(request, Admin, App, Requester) is null ? request.After(RetryRequest.Decide(Admin, Now)) : null,
        _ => RevokeRequest.Refuse(request) is null ? request.After(RevokeRequest.Decide(new("Abuse"), Admin, Now)) : null,
    };

    [Fact]
    public void A_revoked_request_stays_revoked_whatever_arrives_late()
    {
        var revoked = Approved.After(new RequestRevoked(Admin.Id, "Abuse", Now));
        foreach (var step in Steps) Assert.Equal(RequestState.Revoked, revoked.After(Report(7, step)).State);
    }

    [Fact]
    public void A_request_is_provisioned_only_with_a_receipt()
    {
        Assert.Equal(RequestState.Approved, Approved.After(Report(1, CredentialStep.Activated) with { Receipt = null }).State);
        Assert.Equal(RequestState.Provisioned, Approved.After(Report(1, CredentialStep.Activated)).State);
    }

    [Fact]
    public void A_refusal_that_is_older_than_the_retrys_success_does_not_fail_the_request() => Assert.Equal(
        RequestState.Provisioned,
        Failed.After(new RetryAsked(Admin.Id, Now), Report(4, CredentialStep.Activated), Report(3, CredentialStep.Issued), Report(2, CredentialStep.Refused)).State);

    [Fact]
    public void An_older_report_that_comes_after_the_retry_does_not_undo_it() => Assert.Equal(
        RequestState.Approved, Approved.After(Report(2, CredentialStep.Refused), new RetryAsked(Admin.Id, Now), Report(1, CredentialStep.Issued), Report(2, CredentialStep.Refused)).State);

    [Fact]
    public void A_credential_that_was_revoked_by_itself_is_shown_and_keeps_its_receipt()
    {
        var after = RequestAnswer.Of(Provisioned.After(Report(3, CredentialStep.RevocationAsked, "The gateway does not answer."), Report(4, CredentialStep.Revoked)));
        Assert.Equal((RequestState.Provisioned, CredentialState.Revoked, null), (after.State, after.Credential!.State, after.WaitingFor));
        Assert.NotNull(after.Credential.Receipt);
    }

    public static readonly TheoryData<CredentialStep[], RequestState> Flows = new()
    {
        { [CredentialStep.Issued, CredentialStep.Waiting, CredentialStep.Waiting, CredentialStep.Activated], RequestState.Provisioned },
        { [CredentialStep.Issued, CredentialStep.Waiting, CredentialStep.Refused], RequestState.ProvisioningFailed },
        { [CredentialStep.Issued, CredentialStep.Refused, CredentialStep.Issued, CredentialStep.Activated], RequestState.Provisioned },
        { [CredentialStep.Issued, CredentialStep.Activated, CredentialStep.RotationStarted, CredentialStep.Rotated, CredentialStep.RotationStarted], RequestState.Provisioned },
        { [CredentialStep.Issued, CredentialStep.Activated, CredentialStep.Lost, CredentialStep.Found, CredentialStep.RevocationAsked, CredentialStep.Revoked], RequestState.Provisioned },
        { [CredentialStep.Issued, CredentialStep.RevocationAsked, CredentialStep.Revoked], RequestState.Approved },
    };

    [Theory, MemberData(nameof(Flows))]
    public void Reports_end_in_the_same_state_in_every_order_and_repeated(CredentialStep[] flow, RequestState expected)
    {
        var reports = flow.Select((step, index) => Report(index + 1, step)).ToArray();
        var ends = Permutations(reports).Select(order => Approved.After([.. order, .. order])).Select(end => (end.State, end.Credential)).Distinct();
        Assert.Equal((expected, reports[^1]), Assert.Single(ends));
    }

    internal static IEnumerable<T[]> Permutations<T>(T[] items) => items.Length <= 1
        ? [items]
        : items.SelectMany((first, index) => Permutations<T>([.. items[..index], .. items[(index + 1)..]]).Select(rest => (T[])[first, .. rest]));
}
