using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;
using Xunit;

namespace DevPortal.SystemTests;

[Collection(InFilledPortal.Name)]
public sealed class RacesTests(FilledPortal filled)
{
    const int Races = 100;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_admins_who_decide_at_the_same_instant_exactly_one_decides_a_hundred_times_in_a_row()
    {
        var (one, other) = (await ColleagueAsync(), await ColleagueAsync());
        var requests = await AskAsync(Races);

        foreach (var (number, request) in requests.Index())
        {
            var seen = (await one.Portal.FindRequestAsync(request.Id, Ct)).ETag;
            // Half of them disagree.
            var calls = new[]
            {
                new Decision(one, $"/api/provisioning/requests/{request.Id}/approve", new { note = "Yes." }, seen),
                number % 2 == 0
                    ? new Decision(other, $"/api/provisioning/requests/{request.Id}/approve", new { note = "Yes, too." }, seen)
                    : new Decision(other, $"/api/provisioning/requests/{request.Id}/reject", new { reason = "No." }, seen),
            };
            var answers = await Task.WhenAll(calls.Select(call => call.SendAsync(filled.Portal.Http, Ct)));

            var won = Array.FindIndex(answers, answer => answer.Status == HttpStatusCode.OK);
            Assert.True(won >= 0, $"Race {number}: {answers[0]}, {answers[1]}");
            Assert.Contains(answers[1 - won].Status, new[] { HttpStatusCode.Conflict, HttpStatusCode.PreconditionFailed });
            Assert.Equal(answers[won], await calls[won].SendAsync(filled.Portal.Http, Ct));
        }

        var decided = await Task.WhenAll(requests.Select(request => Eventually.UntilAsync(
            async () => (await one.Portal.FindRequestAsync(request.Id, Ct)).Value, seen => seen.State is "provisioned" or "rejected", Asking.Patience, "it is decided and done", Ct)));
        await filled.OneKeyEachAsync(decided.Where(request => request.State == "provisioned"), Ct);
        await filled.UntilWellAsync(Ct);
    }

    [Fact]
    public async Task The_same_key_with_another_decision_is_refused()
    {
        var request = await filled.Scene.AskAsync("Decided twice with one key", Ct);
        var seen = (await filled.Scene.Approver.Portal.FindRequestAsync(request.Id, Ct)).ETag;
        var approval = new Decision(new Person(filled.Scene.Approver, await SignInAsync(filled.Scene.Approver)), $"/api/provisioning/requests/{request.Id}/approve", new { note = "Yes." }, seen);

        Assert.Equal(HttpStatusCode.OK, (await approval.SendAsync(filled.Portal.Http, Ct)).Status);
        var other = await (approval with { Body = new { note = "Yes, but." } }).SendAsync(filled.Portal.Http, Ct);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
        Assert.Contains("idempotency-key-reused", other.Body, StringComparison.Ordinal);
    }

    /// <summary>An admin who made nobody's link, so that he may decide everybody's requests.</summary>
    async Task<Person> ColleagueAsync()
    {
        var (admin, http) = (filled.Scene.Approver, filled.Portal.Http);
        var invited = await Newcomer.InviteAsync(http, admin.Portal, "admin", admin.Me.Organization.Id, admin.Me.Teams[0].Id, Ct);
        return new(invited.Actor, new SignedIn(http, invited.Email, invited.Password, TimeProvider.System));
    }

    async Task<SignedIn> SignInAsync(Actor actor)
    {
        var account = (await Demo.Filling.AccountsFile.ReadAsync(filled.Portal.Run.State.Accounts, Ct))!.Single(account => account.Email == actor.Me.Email);
        return new(filled.Portal.Http, account.Email, account.Password, TimeProvider.System);
    }

    /// <summary>So many different ones, each app asking for every product on every plan.</summary>
    async Task<List<AccessRequest>> AskAsync(int count)
    {
        var scene = filled.Scene;
        var offers = scene.Products.SelectMany(product => product.Plans.Where(plan => plan.Available), (product, plan) => (product, plan)).ToArray();
        var asked = new List<AccessRequest>();
        while (asked.Count < count)
        {
            var app = await scene.Consumer.Portal.CreateAppAsync($"Races from {asked.Count}", Ct);
            foreach (var (product, plan) in offers.Take(count - asked.Count))
                asked.Add(await scene.Consumer.Portal.RequestAccessAsync(app.Id, product.Id, plan.Id, "Who is faster?", Ct));
        }
        return asked;
    }

    sealed record Person(Actor Actor, SignedIn SignedIn)
    {
        public PortalClient Portal => Actor.Portal;
    }

    sealed record Answer(HttpStatusCode Status, string Body, string? ETag);

    /// <summary>One decision, sent as it is, however often.</summary>
    sealed record Decision(Person By, string Path, object Body, string Seen)
    {
        readonly string key = Guid.NewGuid().ToString();

        public async Task<Answer> SendAsync(HttpClient http, CancellationToken ct)
        {
            while (true)
            {
                using var call = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(Body) };
                call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await By.SignedIn.TokenAsync(ct));
                call.Headers.Add("Idempotency-Key", key);
                call.Headers.TryAddWithoutValidation("If-Match", Seen);
                using var answer = await http.SendAsync(call, ct);
                if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), ct);
                    continue;
                }
                return new(answer.StatusCode, await answer.Content.ReadAsStringAsync(ct), answer.Headers.ETag?.ToString());
            }
        }
    }
}
