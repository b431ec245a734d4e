using DevPortal.Eventing;
using DevPortal.ServiceDefaults;

namespace DevPortal.Catalog.Shelf;

/// <summary>Whose eyes a list is read with.</summary>
/// <param name="SeesAll">Admins see everything.</param>
/// <param name="Teams">Private catalogs with one of these teams are seen besides the public ones.</param>
/// <param name="Details">The answer carries what only admins see.</param>
public sealed record Viewer(bool SeesAll, Guid[] Teams, bool Details)
{
    public static Viewer Of(CurrentUser? caller, string? view) => new(caller is { IsAdmin: true }, caller?.TeamIds ?? [], view == "admin");

    /// <summary><c>?view=</c> knows one word, and only admins may say it.</summary>
    public static Refusal? Refuse(CurrentUser? caller, string? view) => view switch
    {
        null or "" => null,
        "admin" when caller is { IsAdmin: true } => null,
        "admin" => caller is null ? new Refusal(401, "not-signed-in", "Sign in as an admin for this view.", "view") : Refusal.Forbidden("admins-only", "This view is for admins."),
        _ => new Refusal(400, "unknown-view", "The only view that can be asked for is 'admin'.", "view"),
    };
}
