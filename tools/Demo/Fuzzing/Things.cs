using System.Text.Json.Nodes;
using DevPortal.Demo.Api;

namespace DevPortal.Demo.Fuzzing;

/// <summary>What a run knows of and what it may change: things that it made, and one product and one plan, which only Tyk can make; their texts are put back at the end.
/// All by the list that they are in, such as <c>/api/catalog/plans</c>.</summary>
sealed class Things(IReadOnlyList<Operation> operations)
{
    const string Organisations = "/api/identity/organizations", Teams = "/api/identity/teams", Users = "/api/identity/users";
    const string Products = "/api/catalog/products", Plans = "/api/catalog/plans", Catalogs = "/api/catalog/catalogs";

    readonly Dictionary<string, List<string>> known = [], made = [];
    readonly List<(string Path, JsonObject Text)> borrowed = [];
    readonly Dictionary<string, string> makers = [];
    readonly Dictionary<string, (string App, string Product, string Plan)> offers = [];

    public IReadOnlyList<string> Changeable(string list) => made.GetValueOrDefault(list, []);

    public IReadOnlyList<string> Readable(string list) => [.. known.GetValueOrDefault(list, []), .. Changeable(list)];

    public IReadOnlyList<string> All => [.. known.Concat(made).SelectMany(list => list.Value)];

    /// <summary>The list that a field such as <c>teamIds</c> names things of; null if there is none.</summary>
    public string? ListOf(string field) => known.Keys.Concat(made.Keys)
        .FirstOrDefault(list => list.EndsWith($"/{StemOf(field)}s", StringComparison.OrdinalIgnoreCase));

    public void Made(string list, string id, string? maker = null)
    {
        Remember(made, list, id);
        if (maker is not null) makers[id] = maker;
    }

    /// <summary>Whose it is, as far as this run made it.</summary>
    public string? MakerOf(string id) => makers.GetValueOrDefault(id);

    /// <summary>An app of the caller's, and a product and a plan that he may ask for in it.</summary>
    public (string App, string Product, string Plan)? OfferTo(string caller) => offers.TryGetValue(caller, out var offer) ? offer : null;

    public async Task LearnAsync(PortalClient admin, CancellationToken ct)
    {
        foreach (var list in operations.Where(operation => operation.Method == HttpMethod.Get && operation.QueryParameters.Contains("cursor") && !operation.NeedsQuery && !operation.Path.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var item in (await admin.GetAsync<Page<JsonObject>>(list.Path + "?limit=100", ct)).Items)
            {
                if (item["id"] is { } id) Remember(known, list.Path, id.GetValue<string>());
            }
        }
    }

    /// <summary>A marked app and request of a consumer's, and an app for what he will ask for in the run.</summary>
    public async Task MakeAsync(PortalClient consumer, string name, string mark, CancellationToken ct)
    {
        var (app, spare) = (await consumer.CreateAppAsync(mark, ct), await consumer.CreateAppAsync(mark, ct));
        Made("/api/credentials/apps", $"{app.Id}", name);
        foreach (var product in await consumer.ListAsync<Product>(Products, ct))
        {
            var page = await consumer.GetAsync<ProductPage>($"{Products}/{product.Id}", ct);
            if (!page.Requestable || page.Plans.FirstOrDefault(plan => plan.Available) is not { } plan) continue;
            Made("/api/provisioning/requests", $"{(await consumer.RequestAccessAsync(app.Id, page.Id, plan.Id, mark, ct)).Id}", name);
            offers[name] = ($"{spare.Id}", $"{page.Id}", $"{plan.Id}");
            return;
        }
    }

    /// <summary>A credential of a consumer's, by the first of the admins who may decide for him.</summary>
    public async Task GrantAsync(PortalClient consumer, IReadOnlyList<PortalClient> admins, string name, string mark, CancellationToken ct)
    {
        if (OfferTo(name) is not var (_, product, plan)) return;
        var app = await consumer.CreateAppAsync(mark, ct);
        var request = await consumer.RequestAccessAsync(app.Id, Guid.Parse(product), Guid.Parse(plan), mark, ct);
        foreach (var admin in admins)
        {
            try
            {
                await admin.ApproveAsync(request.Id, mark, ct);
                break;
            }
            catch (RefusedException notHis) when (notHis.Status == System.Net.HttpStatusCode.Forbidden && admin != admins[^1])
            {
                // He made the consumer's link: the next one.
            }
        }

        Made("/api/provisioning/requests", $"{request.Id}", name);
        Made("/api/credentials", $"{(await consumer.UntilProvisionedAsync(request.Id, TimeSpan.FromMinutes(1), ct)).Credential!.Id}", name);
    }

    /// <summary>What only admins have: an organisation with a team and a person, a catalog of nobody's; and what is borrowed.</summary>
    public async Task MakeAsAdminAsync(PortalClient admin, string mark, CancellationToken ct)
    {
        var organisation = await admin.PostAsync<Named>(Organisations, new { name = mark }, ct);
        var team = await admin.PostAsync<Named>(Teams, new { name = mark, organizationId = organisation.Id }, ct);
        var person = await admin.PostAsync<Invitation>(Users, new { name = mark, email = $"{mark}@fuzz.example", role = "member", organizationId = organisation.Id, teamIds = new[] { team.Id } }, ct);
        var catalog = await admin.PostAsync<Named>(Catalogs, new { name = mark, visibility = "private" }, ct);
        Made(Organisations, $"{organisation.Id}");
        Made(Teams, $"{team.Id}");
        Made(Users, $"{person.User.Id}");
        Made(Catalogs, $"{catalog.Id}");
        if (borrowed.Count > 0) return;
        await BorrowAsync(admin, Products, ct);
        await BorrowAsync(admin, Plans, ct);
    }

    /// <summary>The texts of what was borrowed are as they were, and nothing that was made is shown to anybody.</summary>
    public async Task PutBackAsync(PortalClient admin, CancellationToken ct)
    {
        foreach (var (path, text) in borrowed) await admin.PutAsync(path, text, "*", ct);
        foreach (var catalog in Changeable(Catalogs)) await admin.PutAsync($"{Catalogs}/{catalog}", new { name = "Fuzzed", visibility = "private" }, "*", ct);
    }

    async Task BorrowAsync(PortalClient admin, string list, CancellationToken ct)
    {
        if (await admin.ListAsync<Named>(list + "?view=admin", ct) is not [.., var last]) return;
        var path = $"{list}/{last.Id}";
        var now = await admin.GetAsync<JsonObject>(path + "?view=admin", ct);
        var change = operations.Single(operation => operation.Method == HttpMethod.Put && operation.Path == list + "/{id}");
        var text = new JsonObject(change.Properties.Keys.Select(name => KeyValuePair.Create(name, name == "published" ? now["admin"]!["published"]!.DeepClone() : now[name]?.DeepClone())));
        borrowed.Add((path, text));
        Made(list, $"{last.Id}");
    }

    static string StemOf(string field) => field.EndsWith("Ids", StringComparison.Ordinal) ? field[..^3] : field[..^2];

    static void Remember(Dictionary<string, List<string>> ids, string list, string id)
    {
        if (!ids.TryGetValue(list, out var all)) ids[list] = all = [];
        all.Add(id);
    }
}
