using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using Xunit;
using static DevPortal.Provisioning.Tests.Given;

namespace DevPortal.Provisioning.Tests;

public sealed class MayDecideTests
{
    static readonly CurrentUser RequesterAsAdmin = Consumer with { Role = UserRole.Admin };

    [Fact]
    public void An_admin_who_has_nothing_to_do_with_it_decides() => Assert.Null(MayDecide.Refuse(Pending, Admin, App, Requester));

    [Fact]
    public void Nobody_decides_his_own_request()
    {
        Refused(MayDecide.Refuse(Pending, RequesterAsAdmin, App, Requester), 403, "own-request");
        Refused(MayDecide.Refuse(Pending, RequesterAsAdmin with { PersonalAccessToken = Guid.NewGuid() }, App, Requester), 403, "own-request");
        // Also when he has given the app away since, and when nothing is known of it any more.
        Refused(MayDecide.Refuse(Pending, RequesterAsAdmin, App with { OwnerId = Guid.NewGuid() }, Requester), 403, "own-request");
        Refused(MayDecide.Refuse(Pending, RequesterAsAdmin, null, null), 403, "own-request");
    }

    [Fact]
    public void Nobody_decides_a_request_for_an_app_that_he_owns() =>
        Refused(MayDecide.Refuse(Pending, Admin, App with { OwnerId = Admin.Id }, Requester), 403, "own-app");

    [Fact]
    public void Nobody_decides_a_request_of_a_person_whose_last_link_he_made()
    {
        Refused(MayDecide.Refuse(Pending, Admin, App, Requester with { LastLinkMadeBy = Admin.Id }), 403, "made-last-link");
        Assert.Null(MayDecide.Refuse(Pending, Admin, App, Requester with { LastLinkMadeBy = Guid.NewGuid() }));
    }

    [Fact]
    public void A_newer_link_that_nobody_used_does_not_free_the_maker_of_the_one_that_was() =>
        Refused(MayDecide.Refuse(Pending, Admin, App, Requester with { LastLinkMadeBy = Guid.NewGuid(), UsedLinkMadeBy = Admin.Id }), 403, "made-last-link");

    [Fact]
    public void Nobody_decides_a_request_of_the_person_who_made_his_own_last_link()
    {
        Refused(MayDecide.Refuse(Pending, Admin with { LinkMakers = [Pending.RequesterId] }, App, Requester), 403, "made-last-link");
        Assert.Null(MayDecide.Refuse(Pending, Admin with { LinkMakers = [Guid.NewGuid()] }, App, Requester));
    }

    [Fact]
    public void The_rule_holds_for_every_decision_that_gives_or_denies()
    {
        Refused(ApproveRequest.Refuse(Pending, RequesterAsAdmin, App, Requester, Offered), 403, "own-request");
        Refused(RejectRequest.Refuse(Pending, RequesterAsAdmin, App, Requester), 403, "own-request");
        Refused(RetryRequest.Refuse(Failed, RequesterAsAdmin, App, Requester), 403, "own-request");
    }
}
