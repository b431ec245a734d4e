using DevPortal.Demo.Api;
using DevPortal.Demo.Playing;

namespace DevPortal.Demo.Filling;

/// <summary>Fills an empty portal through its public API and the bootstrap token alone. What is there already is kept, so that a run which was
/// interrupted can be started again.</summary>
public sealed class FillPortal(Uri address, string bootstrapTokenFile, string accountsFile, Action<string> say) : IDisposable
{
    static readonly TimeSpan FirstSync = TimeSpan.FromMinutes(2);

    readonly HttpClient http = PortalClient.Connect(address);

    /// <summary>The accounts from the first moment on: a password that nobody wrote down is an account that nobody has.</summary>
    string Draft => accountsFile + ".draft";

    public void Dispose() => http.Dispose();

    /// <summary>True if there was something to do.</summary>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        if (await AccountsFile.ReadAsync(accountsFile, ct) is [var known, ..])
        {
            await SignIn(known).TokenAsync(ct);
            say($"{known.Email} signs in: the portal was filled before");
            return false;
        }

        var accounts = await AccountsFile.ReadAsync(Draft, ct) ?? [.. World.People.Select(person => new Account(
            person.Name, person.Email, Password.New(), person.IsAdmin ? "admin" : "consumer", person.Organisation ?? "", person.Team is { } team ? [team] : []))];
        await AccountsFile.WriteAsync(Draft, accounts, ct);

        await WelcomeFirstAdminAsync(accounts[0], ct);
        var admin = As(accounts[0]);
        say($"{accounts[0].Name} is the first admin");
        var teams = await MakeTeamsAsync(admin, ct);
        for (var person = 0; person < accounts.Length; person++) accounts[person] = await InviteAsync(accounts, person, teams, ct);

        await UntilSyncedAsync(admin, ct);
        var products = await DescribeProductsAsync(admin, ct);
        var plans = await DescribePlansAsync(admin, ct);
        await ArrangeCatalogsAsync(admin, products, plans, teams, ct);

        await AccountsFile.WriteAsync(accountsFile, accounts, ct);
        File.Delete(Draft);
        return true;
    }

    SignedIn SignIn(Account account) => new(http, account.Email, account.Password, TimeProvider.System);

    PortalClient As(Account account) => new(http, SignIn(account));

    async Task WelcomeFirstAdminAsync(Account admin, CancellationToken ct)
    {
        var browser = new Browser(http);
        var page = await browser.OpenAsync("/welcome", ct);
        if (page.Status == System.Net.HttpStatusCode.NotFound) return;
        var token = (await File.ReadAllTextAsync(bootstrapTokenFile, ct)).Trim();
        var welcomed = await browser.SubmitAsync(page, new Dictionary<string, string>
        {
            ["token"] = token,
            ["name"] = admin.Name,
            ["email"] = admin.Email,
            ["password"] = admin.Password,
        }, ct);
        if (welcomed.Location is null) throw new InvalidOperationException($"/welcome refuses the first admin: {(int)welcomed.Status} {welcomed.Error}");
    }

    /// <summary>Teams by name.</summary>
    async Task<Dictionary<string, Team>> MakeTeamsAsync(PortalClient admin, CancellationToken ct)
    {
        var organisations = await admin.ListAsync<Named>("/api/identity/organizations", ct);
        var teams = (await admin.ListAsync<Team>("/api/identity/teams", ct)).ToList();
        foreach (var (name, teamNames) in World.Organisations)
        {
            var organisation = organisations.FirstOrDefault(known => known.Name == name) ?? await admin.PostAsync<Named>("/api/identity/organizations", new { name }, ct);
            foreach (var team in teamNames.Where(team => !teams.Any(known => known.Name == team && known.Organization.Id == organisation.Id)))
                teams.Add(await admin.PostAsync<Team>("/api/identity/teams", new { name = team, organizationId = organisation.Id }, ct));
            say($"{name}: {string.Join(", ", teamNames)}");
        }
        return teams.GroupBy(team => team.Name).ToDictionary(group => group.Key, group => group.First());
    }

    /// <summary>Invites one person, and as that person sets the password through the one-time link.</summary>
    async Task<Account> InviteAsync(Account[] accounts, int position, Dictionary<string, Team> teams, CancellationToken ct)
    {
        var (account, person) = (accounts[position], World.People[position]);
        if (person.InvitedBy is { } email)
        {
            var inviting = As(accounts.Single(other => other.Email == email));
            var users = await inviting.ListAsync<User>("/api/identity/users", ct);
            if (users.FirstOrDefault(user => user.Email == account.Email) is not { } known)
            {
                var me = await inviting.GetAsync<Me>("/api/identity/me", ct);
                var (organizationId, teamId) = person.Team is { } team ? (teams[team].Organization.Id, teams[team].Id) : (me.Organization.Id, me.Teams[0].Id);
                var invited = await inviting.PostAsync<Invitation>("/api/identity/users", new
                {
                    name = account.Name,
                    email = account.Email,
                    role = person.IsAdmin ? "admin" : "member",
                    organizationId,
                    teamIds = new[] { teamId },
                }, ct);
                await Newcomer.UseLinkAsync(http, invited.Link.Url, account.Password, ct);
            }
            else if (known.Status == "invited")
            {
                var link = await inviting.PostAsync<Link>($"/api/identity/users/{known.Id}/link", new { }, ct);
                await Newcomer.UseLinkAsync(http, link.Url, account.Password, ct);
            }
        }

        var him = await As(account).GetAsync<Me>("/api/identity/me", ct);
        say($"{account.Name}, {account.Role}, {him.Organization.Name}: {string.Join(", ", him.Teams.Select(team => team.Name))}");
        return account with { Organisation = him.Organization.Name, Teams = [.. him.Teams.Select(team => team.Name)] };
    }

    /// <summary>Waits until the catalog has heard of everything that the first run found.</summary>
    async Task UntilSyncedAsync(PortalClient admin, CancellationToken ct)
    {
        var run = await Eventually.UntilAsync(
            async () => (await admin.GetAsync<Page<SyncRun>>("/api/sync/runs?limit=100", ct)).Items.LastOrDefault(run => run.Status is not ("queued" or "running")),
            run => run is not null, FirstSync, "the first sync from Tyk is over", ct);
        if (run!.Counts is not { } counts) throw new InvalidOperationException($"The first sync from Tyk failed: {run.Because}");

        say($"Tyk source '{run.Source}': {counts.Policies} policies and {counts.Apis} APIs, {counts.NotImported} of them fit no rule");
        var expected = counts.Policies + counts.Apis - counts.NotImported;
        await Eventually.UntilAsync(
            async () => (await ProductsAsync(admin, ct)).Count + (await PlansAsync(admin, ct)).Count + (await admin.ListAsync<Named>("/api/catalog/apis", ct)).Count,
            there => there >= expected, TimeSpan.FromSeconds(60), $"all {expected} products, plans and APIs are in the catalog", ct);
    }

    static Task<IReadOnlyList<Product>> ProductsAsync(PortalClient admin, CancellationToken ct) => admin.ListAsync<Product>("/api/catalog/products?view=admin", ct);

    static Task<IReadOnlyList<Plan>> PlansAsync(PortalClient admin, CancellationToken ct) => admin.ListAsync<Plan>("/api/catalog/plans?view=admin", ct);

    async Task<IReadOnlyList<Product>> DescribeProductsAsync(PortalClient admin, CancellationToken ct)
    {
        var products = await ProductsAsync(admin, ct);
        foreach (var product in products)
        {
            var text = World.Products.FirstOrDefault(known => known.Policy == product.Admin?.PolicyId)
                ?? new World.Text("", product.Title, "Comes from a policy of your gateway.", "Describe here what it is good for.", ["imported"]);
            var seen = await admin.GetTaggedAsync<ProductPage>($"/api/catalog/products/{product.Id}", ct);
            await admin.PutAsync($"/api/catalog/products/{product.Id}", new { text.Title, text.Summary, Description = DescriptionOf(text, seen.Value), text.Tags, published = true }, seen.ETag, ct);
        }
        say($"{products.Count} products have titles, texts and tags, and are published");
        return products;
    }

    static string DescriptionOf(World.Text text, ProductPage product) =>
        text.Description.Replace("{address}", product.Apis is [{ Address: { } address }, ..] ? address.TrimEnd('/') : "", StringComparison.Ordinal);

    async Task<IReadOnlyList<Plan>> DescribePlansAsync(PortalClient admin, CancellationToken ct)
    {
        var plans = await PlansAsync(admin, ct);
        foreach (var plan in plans)
        {
            var price = World.Plans.FirstOrDefault(known => known.Policy == plan.Admin?.PolicyId) ?? new World.Price("", plan.Title, "Ask us", "");
            var seen = await admin.GetTaggedAsync<Plan>($"/api/catalog/plans/{plan.Id}", ct);
            await admin.PutAsync($"/api/catalog/plans/{plan.Id}", new { price.Title, price = price.Words, price.Description }, seen.ETag, ct);
        }
        say($"{plans.Count} plans have titles and prices");
        return plans;
    }

    async Task ArrangeCatalogsAsync(PortalClient admin, IReadOnlyList<Product> products, IReadOnlyList<Plan> plans, Dictionary<string, Team> teams, CancellationToken ct)
    {
        var known = await admin.ListAsync<Catalog>("/api/catalog/catalogs", ct);
        var unplaced = products.Where(product => !World.Shelves.Any(shelf => shelf.Products.Contains(product.Admin?.PolicyId))).Select(product => product.Id).ToArray();
        var unplacedPlans = plans.Where(plan => !World.Plans.Any(price => price.Policy == plan.Admin?.PolicyId)).Select(plan => plan.Id).ToArray();
        foreach (var shelf in World.Shelves)
        {
            // What a real gateway has besides is open to everybody here: it is a demonstration.
            Guid[] productIds = [.. products.Where(product => shelf.Products.Contains(product.Admin?.PolicyId)).Select(product => product.Id), .. shelf.IsPublic ? unplaced : []];
            Guid[] planIds = [.. plans.Where(plan => shelf.Plans.Contains(plan.Admin?.PolicyId)).Select(plan => plan.Id), .. shelf.IsPublic ? unplacedPlans : []];
            var id = known.FirstOrDefault(catalog => catalog.Slug == shelf.Slug)?.Id
                ?? (await admin.PostAsync<Catalog>("/api/catalog/catalogs", new { shelf.Name, shelf.Slug, visibility = shelf.IsPublic ? "public" : "private", productIds, planIds }, ct)).Id;
            if (!shelf.IsPublic)
            {
                var seen = await admin.GetTaggedAsync<Catalog>($"/api/catalog/catalogs/{id}", ct);
                await admin.PutAsync($"/api/catalog/catalogs/{id}/audience", new { teamIds = shelf.Teams.Select(team => teams[team].Id).ToArray() }, seen.ETag, ct);
            }
            say($"catalog '{shelf.Name}': {productIds.Length} products, {planIds.Length} plans, {(shelf.IsPublic ? "public" : "for " + string.Join(", ", shelf.Teams))}");
        }
    }
}
