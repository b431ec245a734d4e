using DevPortal.Demo.Api;

namespace DevPortal.Demo.Playing;

/// <summary>Everybody sees what his teams may see, and nothing else.</summary>
static class BrowseCatalog
{
    public static async Task PlayAsync(Stage stage, Scene scene, CancellationToken ct)
    {
        stage.Chapter("1  What everybody sees");
        var admin = scene.Approver.Portal;
        var products = await admin.ListAsync<Product>("/api/catalog/products?view=admin", ct);
        var catalogs = new List<Catalog>();
        foreach (var catalog in await admin.ListAsync<Catalog>("/api/catalog/catalogs", ct)) catalogs.Add(await admin.GetAsync<Catalog>($"/api/catalog/catalogs/{catalog.Id}", ct));

        await LookAsync("a visitor who is not signed in", scene.Cast.Anybody, []);
        foreach (var consumer in scene.Cast.Consumers)
            await LookAsync($"{consumer}, {string.Join(", ", consumer.Me.Teams.Select(team => team.Name))}", consumer.Portal, [.. consumer.Me.Teams.Select(team => team.Id)]);

        async Task LookAsync(string who, PortalClient portal, Guid[] teams)
        {
            var allowed = catalogs.Where(catalog => catalog.Visibility == "public" || catalog.Admin!.Audience.Intersect(teams).Any()).SelectMany(catalog => catalog.Admin!.ProductIds).ToHashSet();
            var expected = products.Where(product => product.Admin!.Shown && allowed.Contains(product.Id)).Select(product => product.Title).Order().ToArray();
            await stage.StepAsync(who, async () =>
            {
                var seen = (await portal.ListAsync<Product>("/api/catalog/products", ct)).Select(product => product.Title).Order().ToArray();
                return seen.SequenceEqual(expected) ? string.Join(", ", seen) : throw new WrongException($"sees {string.Join(", ", seen)} instead of {string.Join(", ", expected)}");
            });
            if (products.FirstOrDefault(product => !allowed.Contains(product.Id)) is { } foreign)
                await stage.RefusedAsync($"  and asks for '{foreign.Title}' all the same", 404, null, () => portal.GetAsync<ProductPage>($"/api/catalog/products/{foreign.Id}", ct));
        }
    }
}
