using DevPortal.Eventing;

namespace DevPortal.Identity.People;

public static class PeopleRoutes
{
    /// <summary>Organisations, teams and users: for admins.</summary>
    public static void MapPeople(this IEndpointRouteBuilder identity)
    {
        var people = identity.MapGroup("").RequireAuthorization(Callers.Admin);
        var organizations = people.MapGroup("/organizations");
        organizations.MapCreateOrganization();
        organizations.MapListOrganizations();
        var teams = people.MapGroup("/teams");
        teams.MapCreateTeam();
        teams.MapListTeams();
        var users = people.MapGroup("/users");
        users.MapCreateUser();
        users.MapListUsers();
        users.MapGetUser();
        users.MapMoveUser();
        users.MapChangeRole();
        users.MapDeactivateUser();
        users.MapReactivateUser();
        users.MapMakeLink();
    }
}
