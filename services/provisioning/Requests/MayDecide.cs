using DevPortal.Eventing;
using DevPortal.ServiceDefaults;

namespace DevPortal.Provisioning;

/// <summary>Four eyes: who must not decide a request, whatever his role and by whatever token he comes.</summary>
public static class MayDecide
{
    /// <summary>Codes of <see cref="Refuse"/>.</summary>
    public static readonly string[] Codes = ["own-request", "own-app", "made-last-link"];

    /// <param name="request">The request.</param>
    /// <param name="decider">Who wants to decide it.</param>
    /// <param name="app">Its app as it is now: it may have changed hands since the submission.</param>
    /// <param name="requester">Who asked, as he is now.</param>
    public static Refusal? Refuse(ProvisioningRequest request, CurrentUser decider, KnownApp? app, KnownUser? requester)
    {
        if (request.RequesterId == decider.Id) return Refusal.Forbidden("own-request", "Nobody decides his own request.");
        if (app?.OwnerId == decider.Id) return Refusal.Forbidden("own-app", "Nobody decides a request for an app that he owns.");
        // Whoever made a person's one-time link could sign in as him; a new link that nobody used does not change that.
        if (requester?.CouldBe(decider.Id) == true)
            return Refusal.Forbidden("made-last-link", "You made the one-time link of this person, so somebody else has to decide his requests.");
        // And whoever comes as a person whose last link the requester made may be the requester: an admin can make the admin who approves him.
        if (decider.LinkMakers.Contains(request.RequesterId))
            return Refusal.Forbidden("made-last-link", "Who asked for this made your one-time link, so somebody else has to decide his requests.");
        return null;
    }
}
