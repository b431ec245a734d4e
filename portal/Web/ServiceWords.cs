using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace DevPortal.Portal.Web;

/// <summary>What services say in sentences of their own (why something is refused, what a request waits for), in the language of the page. A sentence is found by
/// itself, and what it names stays as it is; one that is not here is shown in the service's own words.</summary>
static class ServiceWords
{
    /// <summary>As the services write them, with numbers for what they put in. The more particular ones come first.</summary>
    public static readonly string[] Sentences =
    [
        // What a request or a key waits for.
        "An admin decides.",
        "The key is being made at the gateway.",
        "The key was not made: {0}. An admin can try again or revoke.",
        "The gateway has not confirmed yet that the key is gone.",
        "a create that the gateway did not answer may still be carried out",
        "no gateway is configured for the source {0}",
        "the app's owner is not known here yet",
        "the gateway does not find the key that it just made",
        "the gateway does not hash its keys, so this one can't be named to it",
        "the gateway holds a key in its place that is not ours; it is not touched",
        "the gateway refused it",
        "the gateway refuses the key's expiry: {0}",
        "the gateway refuses the key: {0}",
        "the gateway refuses the new key: {0}",
        "the gateway refuses to delete the key: {0}",
        "the gateway refuses to read the key back: {0}",
        "the gateway refuses to read the key: {0}",
        "the key read back otherwise than granted: {0}",
        // Why something can't be requested.
        "It is not offered to your teams; an admin sees it all the same.",
        "It needs no credential: everybody may call it.",
        "Its API {0} needs no credential, while others need one.",
        "No plan is offered with it.",
        "None of its APIs is there at the moment.",
        "The gateway does not offer it at the moment.",
        // Refusals.
        "'{0}' can't be requested: {1}",
        "'{0}' has control characters other than tabs and line ends.",
        "'{0}' is blank.",
        "'{0}' is documentation only.",
        "'{0}' is one line without control characters.",
        "A hint is the last four characters of a key; what stands before them may be there.",
        "A name has at most {0} characters.",
        "A name has no control characters.",
        "A name is needed.",
        "A person is in at least one team of his organization.",
        "A product is named more than once.",
        "A run of this source is under way. Repeat when it has ended.",
        "A tag has 1 to {0} characters.",
        "A tag has at most {0} characters.",
        "A text in the request holds a character that can't be stored, such as NUL.",
        "A token can't do more than you can: you are no admin.",
        "A token expires in the future, within {0} days.",
        "Another catalog has this slug.",
        "Control characters are not taken.",
        "No catalog offers all these products together. Make a request for each.",
        "Nobody decides a request for an app that he owns.",
        "Nobody decides his own request.",
        "Nobody has more than {0} tokens. Delete one first.",
        "Only an active or lost credential can be rotated; this one is {0}.",
        "Only the app's owner reveals its keys.",
        "Only the app's owner rotates its keys.",
        "Scopes are {0}; at least one.",
        "Search for at most {0} characters.",
        "Somebody has this e-mail address already.",
        "The app '{0}' is deleted.",
        "The app does not belong to the requester any more.",
        "The app is deleted.",
        "The app still has credentials. Revoke them first.",
        "The app was deleted meanwhile: nobody could use the key. Revoke the request.",
        "The credential is not active but {0}.",
        "The credential is revoked, or its revocation is under way.",
        "The key was kept for three days only. Rotate to get a new one.",
        "The person has this role already.",
        "The person is deactivated already.",
        "The person is deactivated. Reactivate him first.",
        "The person is not deactivated.",
        "The plan '{0}' is not available: {1}",
        "The plan '{0}' is not offered together with these products.",
        "The plan '{0}' is of another gateway than the products.",
        "The product {0} is not published at present.",
        "The source can't be read now, so nobody can tell whether these objects are still gone.",
        "The source {0} is not configured any more.",
        "There is no such app.",
        "There is no such catalog.",
        "There is no such organization.",
        "There is no such plan.",
        "There is no such product.",
        "There is no such product: {0}.",
        "There is no such source.",
        "There is no such team of that organization.",
        "There is no such team.",
        "These products are of different gateways: one key can't open them all. Make a request for each.",
        "These products need different kinds of credential. Make a request for each.",
        "This is a whole key. Its last four characters find it.",
        "This is missing.",
        "This is not an e-mail address.",
        "This is the last active admin. Make another one first.",
        "This run does not ask for confirmation.",
        "This run was applied already.",
        "What was granted has expired. Ask for it again.",
        "What would be hidden is not what this run listed: the source or the portal changed since. Start a new run and look at its list.",
        "Who asked for this is not active any more.",
        "Who asked for this made your one-time link, so somebody else has to decide his requests.",
        "You made the one-time link of this person, so somebody else has to decide his requests.",
    ];

    static readonly (string Sentence, Regex Form)[] Forms = [.. Sentences.Where(sentence => sentence.Contains('{', StringComparison.Ordinal))
        .Select(sentence => (sentence, new Regex($"^{Regex.Replace(Regex.Escape(sentence), @"\\\{\d\}", "(.+)")}$", RegexOptions.Singleline)))];

    public static string Say(string said, IStringLocalizer<Texts> t)
    {
        foreach (var (sentence, form) in Forms)
        {
            // What is put in may be such a sentence itself.
            if (form.Match(said) is { Success: true } match) return t[sentence, [.. match.Groups.Values.Skip(1).Select(part => Say(part.Value, t))]];
        }

        return Array.IndexOf(Sentences, said) < 0 ? said : t[said];
    }
}
