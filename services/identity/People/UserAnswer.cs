using DevPortal.Contracts.Identity;
using DevPortal.Eventing;
using DevPortal.Identity.Startup;

namespace DevPortal.Identity.People;

/// <summary>A person as the public API writes him. The ETag is the version of his stream.</summary>
public sealed record UserAnswer(
    Guid Id, string Name, string Email, UserStatus Status, UserRole Role, Named Organization, Named[] Teams, Guid? LastLinkMadeBy, long Version)
{
    public static UserAnswer Of(KnownUser user, Account? account, Groups groups) => new(
        user.Id, account?.Name ?? "", account?.Email ?? "", user.Status, user.Role, groups.Organisation(user.OrganisationId), groups.Teams(user.TeamIds), user.LastLinkMadeBy, user.SourceVersion);
}
