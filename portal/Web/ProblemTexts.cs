using DevPortal.Portal.Api;
using Microsoft.Extensions.Localization;

namespace DevPortal.Portal.Web;

/// <summary>The one place where refusals of the API become sentences for people. Codes without an entry are shown in the words of the service (<see cref="ServiceWords"/>).</summary>
static class ProblemTexts
{
    public static string Say(Problem problem, IStringLocalizer<Texts> t) => problem.Code switch
    {
        "stale" => t["Somebody changed this while you looked at it. What it is now is shown here; what you typed is still there. Look again and decide."],
        "wrong-state" => t["This was decided or changed by somebody else meanwhile. What it is now is shown here."],
        "already-requested" => t["This app has access to that product on this plan already, or a request for it is open."],
        "too-many-requests" => t["That was more than we take in so short a time."],
        "unavailable" => t["A service that is needed for this is away for the moment. Please try again in a moment; nothing that was done is lost."],
        "invalid" => t["Something in the form is not right yet; it says where."],
        "secret-already-shown" => t["This was shown once and is not kept. Make a new one."],
        "not-yet-known" => t["That is so new that it has not arrived everywhere. Please send it again in a moment."],
        "in-flight" => t["This form was sent a moment ago and is still being worked on. Look in a moment whether it is done."],
        "idempotency-key-reused" => t["You sent this form before, with something else in it, and that was done. Send it again if you want this besides."],
        "form-shown-again" => t["Nothing was done yet, and what you typed is here: look it over and send it again."],
        "form-gone" => t["This form is no longer on its page: what it was for was done meanwhile, or can no longer be done. Nothing was done."],
        "form-too-old" => t["The form could not be taken: it was open for too long, you signed in or out meanwhile, or the browser keeps no cookies for this site. Go back, reload the page and send it again."],
        "session-over" => t["Your session is over. Nothing was done, and nothing that you typed is lost."],
        "invalid-token" or "token-no-longer-good" or "not-signed-in" => t["You are no longer signed in. Nothing was done. Sign in again in another tab, then send this once more."],
        "forbidden" => t["This is not for your account."],
        "not-found" => t["There is nothing at this address, or nothing that you may see."],
        "too-large" => t["That is more than this form takes."],
        "internal" => t["Something failed here. It was recorded; please try again."],
        _ => ServiceWords.Say(problem.Detail, t),
    };
}
