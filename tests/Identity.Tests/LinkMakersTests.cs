using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Identity.People;
using DevPortal.Identity.SignIn;
using Xunit;

namespace DevPortal.Identity.Tests;

/// <summary>Who could have signed in as somebody, which four eyes asks.</summary>
public sealed class LinkMakersTests
{
    [Fact]
    public void The_maker_of_the_link_that_was_used_is_known_also_when_another_makes_a_new_one()
    {
        var (first, second, now) = (Admin(), Admin(), DateTimeOffset.UtcNow);
        var invited = new KnownUser(Guid.NewGuid(), 1, UserStatus.Invited, UserRole.Member, Guid.NewGuid(), [], first.Id, 1);

        var used = UseLink.Decide(invited, now).Person;
        Assert.Equal((first.Id, first.Id), (used.LastLinkMadeBy, used.UsedLinkMadeBy));

        var active = invited with { Status = UserStatus.Active, UsedLinkMadeBy = used.UsedLinkMadeBy };
        var renewed = MakeLink.Decide(active, second, now).Person;
        Assert.Equal((second.Id, first.Id), (renewed.LastLinkMadeBy, renewed.UsedLinkMadeBy));
        Assert.Equal(second.Id, UseLink.Decide(active with { LastLinkMadeBy = second.Id }, now).Person.UsedLinkMadeBy);

        static CurrentUser Admin() => new(Guid.NewGuid(), UserRole.Admin, Guid.NewGuid(), [], null);
    }
}
