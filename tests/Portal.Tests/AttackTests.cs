using System.Text.Json.Nodes;
using DevPortal.Demo.Api;
using Microsoft.Playwright;
using Xunit;

namespace DevPortal.PortalTests;

/// <summary>Whatever people type into whatever field stays text.</summary>
[Collection(OnTheWebsite.Name)]
public sealed class AttackTests(Website website)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly string[] Attacks =
    [
        "<script>hit=1</script>", "<img src=x onerror=hit=1>", "\"><svg onload=hit=1>", "'-(window.hit=1)-'", "\" onfocus=hit=1 autofocus x=\"", "</textarea><script>hit=1</script>",
        "</title><script>hit=1</script>", "</option></select><img src=x onerror=hit=1>", "<iframe srcdoc='<script>parent.hit=1</script>'>", "<b id=injected>", "<!--", "]]>", "{{hit=1}}",
        "${hit=1}", "@{ hit=1 } @@", "javascript:hit=1", "&lt;script&gt;hit=1&lt;/script&gt;", "&#60;b id=injected&#62;", "<style>*{display:none}</style>", "<base href=//evil.example>",
        "<meta http-equiv=refresh content=0;url=//evil.example>", "<form action=//evil.example><input name=x>", "<a href=javascript:hit=1>x</a>", "[x](javascript:hit=1)", "[x](<javascript:hit=1>)",
        "![x](//evil.example/p.png)", "![x](x\" onerror=\"hit=1)", "[x](data:text/html,<script>hit=1</script>)", "<javascript:hit=1>", "[x]: javascript:hit=1", "```html\n<img src=x onerror=hit=1>\n```",
        "| a |\n|---|\n| <script>hit=1</script> |", "# <img src=x onerror=hit=1>", "\u202Ereversed", "%3Cscript%3Ehit=1%3C/script%3E", "{0} {1} {999}", "'; drop table sessions; --",
    ];

    [Fact]
    public async Task What_a_consumer_types_into_every_field_stays_text()
    {
        await using var visit = await OpenAsync();
        await visit.SignInAsync(website.Consumer, "/apps/new");
        await SendAllAsync(visit, "new-app", "/apps/new");
        var apps = await visit.FirstLinkAsync("/apps", "main h2 a");

        var product = (await website.Cast.Anybody.ListAsync<Product>("/api/catalog/products", Ct)).First(product => product.Title == "Weather warnings").Id;
        await SendAllAsync(visit, "ask", $"/catalog/{product}/request", async () => await visit.Page.GetByLabel("A new app").CheckAsync());
        var request = new Uri(visit.Page.Url).AbsolutePath;
        await Assertions.Expect(visit.Page.Locator("dd.typed")).ToContainTextAsync(Attacks[0]);
        await SendAllAsync(visit, "token", "/me");

        await website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email).Portal.ApproveAsync(Guid.Parse(request.Split('/')[^1]), Long, Ct);
        await visit.GoAsync(request);
        await visit.SeesAsync("Active at the gateway since");
        await visit.ClickAsync("Open the key");
        await visit.ClickAsync("Revoke");
        await visit.Page.WaitForURLAsync("**/revoke");
        await SendAllAsync(visit, "revoke", new Uri(visit.Page.Url).AbsolutePath, once: true);
        foreach (var path in new[] { "/", "/apps", apps, "/requests", request, "/me" }) await UnhurtAsync(visit, path);

        await using var admin = await OpenAsync();
        await admin.SignInAsync(website.Admin, "/admin");
        foreach (var path in new[] { "/admin", "/admin/requests", "/admin" + request, "/admin/apps", apps }) await UnhurtAsync(admin, path);
    }

    [Fact]
    public async Task What_an_admin_types_about_requests_and_to_find_something_stays_text()
    {
        await using var admin = await OpenAsync();
        await admin.SignInAsync(website.Admin, "/admin");
        await using var consumer = await OpenAsync();
        foreach (var (form, then) in new[] { ("approve", "revoke"), ("reject", (string?)null) })
        {
            await consumer.AskAsync(website.Consumer, "Weather forecasts", "To be decided.", signIn: consumer.Page.Url == "about:blank");
            var request = new Uri(consumer.Page.Url).AbsolutePath;
            await SendAllAsync(admin, form, "/admin" + request, once: true);
            if (then is not null)
            {
                await admin.SeesAsync("Active at Tyk since");
                await SendAllAsync(admin, then, "/admin" + request, once: true);
            }

            await UnhurtAsync(consumer, request);
            await UnhurtAsync(admin, "/admin" + request);
        }

        await SendAllAsync(admin, "find", "/admin/apps");
        foreach (var attack in Groups(100))
        {
            foreach (var path in new[] { "/admin/requests?state=", "/admin/apps?owner=" }) await UnhurtAsync(admin, path + Uri.EscapeDataString(attack));
        }
    }

    [Fact]
    public async Task What_an_admin_types_about_people_and_catalogs_stays_text()
    {
        await using var admin = await OpenAsync();
        await admin.SignInAsync(website.Admin, "/admin/people");
        await SendAllAsync(admin, "organisation", "/admin/people");
        var organisation = new Uri(admin.Page.Url).PathAndQuery;
        await SendAllAsync(admin, "team", "/admin/people");
        await SendAllAsync(admin, "invite", "/admin/people/new", async () => await admin.Page.GetByRole(AriaRole.Checkbox).Last.CheckAsync());
        await SendAllAsync(admin, "catalog", "/admin/catalogs");
        var catalog = new Uri(admin.Page.Url).AbsolutePath;
        await SendAllAsync(admin, "arrange", catalog);
        var person = await admin.FirstLinkAsync("/admin/people?q=attack.example", "main .row-title a");
        foreach (var path in new[] { "/admin/people", "/admin/people/new", organisation, person, "/admin/catalogs", catalog }) await UnhurtAsync(admin, path);
        await SendAllAsync(admin, "invite", "/admin/people/new", addresses: false);
        await SendAllAsync(admin, "invite", "/admin/people/new?q=" + Uri.EscapeDataString(Groups(100)[0]), addresses: false, once: true);
        foreach (var attack in Groups(100))
        {
            foreach (var path in new[] { "/admin/people?q=", "/admin/people?in=", "/admin/people/new?q=", person + "?q=", catalog + "?q=", "/admin/people/teams?q=", "/admin/people/teams?organization=" }) await UnhurtAsync(admin, path + Uri.EscapeDataString(attack));
        }
    }

    [Fact]
    public async Task What_an_admin_writes_about_products_and_plans_stays_text()
    {
        var api = website.Cast.Admins.Single(actor => actor.Me.Email == website.Admin.Email).Portal;
        var product = (await website.Cast.Anybody.ListAsync<Product>("/api/catalog/products", Ct)).Single(product => product.Title == "Weather warnings").Id;
        var plan = (await website.Cast.Anybody.GetAsync<ProductPage>($"/api/catalog/products/{product}", Ct)).Plans[0].Id;
        var (about, of) = (await api.GetAsync<JsonObject>($"/api/catalog/products/{product}?view=admin", Ct), await api.GetAsync<JsonObject>($"/api/catalog/plans/{plan}?view=admin", Ct));
        try
        {
            await using var admin = await OpenAsync();
            await admin.SignInAsync(website.Admin, "/admin/products");
            await using var anybody = await OpenAsync();
            foreach (var (form, path, shown) in new[] { ("product", $"/admin/products/{product}", $"/catalog/{product}"), ("plan", $"/admin/plans/{plan}", $"/catalog/{product}") })
            {
                await SendAllAsync(admin, form, path, seen: async () =>
                {
                    await UnhurtAsync(anybody, shown);
                    await UnhurtAsync(anybody, "/catalog");
                });
            }

            foreach (var path in new[] { "/admin/products", "/admin/plans", "/admin/catalogs", $"/catalog/{product}/request" }) await UnhurtAsync(admin, path);
            foreach (var attack in Groups(100))
            {
                await UnhurtAsync(admin, "/admin/products?q=" + Uri.EscapeDataString(attack));
                await UnhurtAsync(admin, $"/catalog/{product}/request?q=" + Uri.EscapeDataString(attack));
            }
        }
        finally
        {
            await api.PutAsync($"/api/catalog/products/{product}", new { title = about["title"], summary = about["summary"], description = about["description"], tags = about["tags"], published = true }, "*", CancellationToken.None);
            await api.PutAsync($"/api/catalog/plans/{plan}", new { title = of["title"], price = of["price"], description = of["description"] }, "*", CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_search_stays_text()
    {
        await using var visit = await OpenAsync();
        foreach (var attack in Groups(100))
        {
            await UnhurtAsync(visit, "/catalog?q=" + Uri.EscapeDataString(attack));
            await UnhurtAsync(visit, "/catalog?tag=" + Uri.EscapeDataString(attack));
        }
    }

    [Fact]
    public async Task What_a_stranger_types_to_sign_in_or_writes_into_an_address_of_the_sign_in_stays_text()
    {
        await using var visit = await OpenAsync();
        var email = visit.Page.GetByLabel("E-mail address");
        foreach (var attack in Groups(200))
        {
            var written = Uri.EscapeDataString(attack);
            await UnhurtAsync(visit, "/sign-in?returnUrl=" + written);
            await email.FillAsync(attack);
            await visit.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(attack);
            await visit.Page.EvaluateAsync("document.querySelector('form').noValidate = true");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
            await visit.SeesAsync("do not fit");
            await UnhurtAsync(visit);
            Assert.Equal(attack, await email.InputValueAsync());
            foreach (var path in new[] { "/account/link?token=", "/account/nothing?", "/session/trouble?because=refused&returnUrl=", "/connect/authorize?client_id=", "/connect/logout?post_logout_redirect_uri=" }) await UnhurtAsync(visit, path + written);
        }
    }

    /// <summary>Whoever may write APIs at Tyk is no admin here.</summary>
    [Fact]
    public async Task What_an_API_says_of_itself_stays_text()
    {
        var mark = Guid.NewGuid().ToString("N")[..8];
        await using var own = new OwnProducts(website, Ct);
        var product = await own.AddWithApiAsync($"Hostile {mark}", HostileApi($"hostile-{mark}"));
        await website.AdminApi.PutAsync($"/api/catalog/products/{product.Id}", new { title = product.Title, published = true }, "*", Ct);
        await website.AdminApi.PostAsync<Catalog>("/api/catalog/catalogs", new { name = product.Title, visibility = "public", productIds = new[] { product.Id } }, Ct);
        await using var plain = await website.VisitAsync(scripts: false);
        await plain.GoAsync(await plain.FirstLinkAsync($"/catalog/{product.Id}", "aside .rows a"));
        await Assertions.Expect(plain.Page.Locator(".operation .muted:not(.small)")).ToHaveTextAsync(Attacks);
        await Assertions.Expect(plain.Page.Locator("main").Locator("script:not([nonce]), #injected, img, svg:not(.icon), iframe, style, form")).ToHaveCountAsync(0);

        await using var visit = await OpenAsync();
        await UnhurtAsync(visit, $"/catalog/{product.Id}");
        // Pictures of elsewhere are refused, and the renderer says so where it makes nothing of what it reads.
        visit.Expected = new(@"^(Loading|Refused to load) the image '[^']*//evil\.example/|^\[(EventBus|getSnippet|generateCodeSnippet)\] ");
        await visit.GoAsync(new Uri(plain.Page.Url).AbsolutePath);
        await Assertions.Expect(visit.Page.Locator("#reference[data-ready]")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        // The renderer draws what somebody comes to.
        await Eventually.UntilAsync(async () =>
        {
            await UnhurtAsync(visit, isFormatted: true);
            return await visit.Page.EvaluateAsync<int>(Walk);
        }, seen => seen == Attacks.Length, TimeSpan.FromMinutes(2), "each operation was seen", Ct);

        await using var admin = await OpenAsync();
        await admin.SignInAsync(website.Admin, "/admin");
        foreach (var path in new[] { $"/admin/products/{product.Id}", $"/catalog/{product.Id}/request", await admin.FirstLinkAsync("/admin/sync", "#sources .card a") }) await UnhurtAsync(admin, path);
    }

    /// <summary>Some steps on through a reference, opening what is closed. How many operations were seen.</summary>
    const string Walk = """
        async () => {
          window.walk ??= { at: 0, opened: new Set(), seen: new Set() };
          for (let steps = 0; steps < 20; steps++) {
            for (const closed of document.querySelectorAll("#reference button[aria-expanded=false]")) if (!walk.opened.has(closed)) walk.opened.add(closed), closed.click();
            for (const operation of document.querySelectorAll("#reference [id*='/POST/']")) walk.seen.add(operation.id.split("/POST/")[1].split("/")[0]);
            walk.at = walk.at > document.documentElement.scrollHeight ? 0 : walk.at + innerHeight / 2;
            scrollTo(0, walk.at);
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
          }
          return walk.seen.size;
        }
        """;

    /// <summary>Each attack wherever a document has words.</summary>
    static JsonObject HostileApi(string path)
    {
        var all = string.Join("\n\n", Attacks);
        var api = new JsonObject
        {
            ["openapi"] = "3.0.3",
            ["info"] = new JsonObject
            {
                ["title"] = all,
                ["version"] = Attacks[0],
                ["description"] = all,
                ["termsOfService"] = "javascript:hit=1",
                ["contact"] = new JsonObject { ["name"] = Attacks[1], ["url"] = "javascript:hit=1", ["email"] = "\"><img src=x onerror=hit=1>" },
                ["license"] = new JsonObject { ["name"] = Attacks[2], ["url"] = "javascript:hit=1" },
            },
            ["externalDocs"] = new JsonObject { ["description"] = Attacks[3], ["url"] = "javascript:hit=1" },
            ["tags"] = new JsonArray([.. Attacks.Select((attack, number) => new JsonObject { ["name"] = $"{number} {attack}", ["description"] = attack, ["externalDocs"] = new JsonObject { ["url"] = attack } })]),
            ["paths"] = new JsonObject(Attacks.Select((attack, number) => KeyValuePair.Create($"/{number}/{attack}", (JsonNode?)new JsonObject { ["post"] = Operation(attack, number) }))),
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["authToken"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "Authorization", ["description"] = all } },
                ["schemas"] = new JsonObject(Attacks.Select((attack, number) => KeyValuePair.Create($"Thing{number}", (JsonNode?)Schema(attack)))),
            },
            ["x-tyk-api-gateway"] = new JsonObject
            {
                ["info"] = new JsonObject { ["orgId"] = "5f0c1a2b3c4d5e6f70819203", ["name"] = string.Join(' ', Attacks.Take(6)), ["state"] = new JsonObject { ["active"] = true } },
                ["upstream"] = new JsonObject { ["url"] = "http://hostile.upstream.invalid" },
                ["server"] = new JsonObject
                {
                    ["listenPath"] = new JsonObject { ["value"] = $"/{path}/\"><img src=x onerror=hit=1>/", ["strip"] = true },
                    ["authentication"] = new JsonObject { ["enabled"] = true, ["securitySchemes"] = new JsonObject { ["authToken"] = new JsonObject { ["enabled"] = true, ["header"] = new JsonObject { ["enabled"] = true, ["name"] = "Authorization" } } } },
                },
            },
        };
        return api;

        static JsonObject Schema(string attack) => new()
        {
            ["type"] = "object",
            ["title"] = attack,
            ["description"] = attack,
            ["properties"] = new JsonObject { [attack] = new JsonObject { ["type"] = "string", ["description"] = attack, ["example"] = attack, ["default"] = attack, ["enum"] = new JsonArray(attack), ["pattern"] = attack } },
        };

        static JsonObject Operation(string attack, int number) => new()
        {
            ["operationId"] = attack,
            ["summary"] = attack,
            ["description"] = attack,
            ["tags"] = new JsonArray($"{number} {attack}"),
            ["externalDocs"] = new JsonObject { ["description"] = attack, ["url"] = attack },
            ["parameters"] = new JsonArray(new JsonObject { ["name"] = attack, ["in"] = "query", ["description"] = attack, ["example"] = attack, ["schema"] = Schema(attack)["properties"]![attack]!.DeepClone() }),
            ["requestBody"] = new JsonObject { ["description"] = attack, ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Schema(attack), ["examples"] = new JsonObject { [attack] = new JsonObject { ["summary"] = attack, ["value"] = new JsonObject { [attack] = attack } } } } } },
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject
                {
                    ["description"] = attack,
                    ["headers"] = new JsonObject { [attack] = new JsonObject { ["description"] = attack, ["schema"] = new JsonObject { ["type"] = "string" } } },
                    ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Schema(attack), ["example"] = new JsonObject { [attack] = attack } } },
                },
            },
        };

    }

    /// <summary>The first admin's page is there only as long as there is none, so it comes from an identity of its own.</summary>
    [Fact]
    public async Task What_the_first_admin_types_stays_text_and_his_page_has_no_violations()
    {
        await using var identity = await OwnProgram.StartIdentityAsync(website, Ct);
        await using var visit = await OpenAsync();
        var (name, email) = (visit.Page.GetByLabel("Your name"), visit.Page.GetByLabel("E-mail address"));
        foreach (var attack in Groups(200))
        {
            await visit.GoAsync($"{identity.Address}welcome");
            await visit.Page.GetByLabel("Bootstrap token").FillAsync("not the token");
            await name.FillAsync(attack);
            await email.FillAsync(attack);
            await visit.Page.GetByLabel("New password").FillAsync("a long enough password");
            await visit.Page.EvaluateAsync("document.querySelector('form').noValidate = true");
            await visit.ClickAsync("Become the first admin");
            await visit.SeesAsync("This is not the bootstrap token.");
            await UnhurtAsync(visit);
            Assert.Equal((attack, attack), (await name.InputValueAsync(), await email.InputValueAsync()));
        }

        await PagesTests.LooksWellAsync(visit, "welcome-refused");
        await visit.GoAsync($"{identity.Address}welcome");
        await PagesTests.LooksWellAsync(visit, "welcome");
    }

    /// <summary>A browser that counts what the policy has refused.</summary>
    async Task<Visit> OpenAsync()
    {
        var visit = await website.VisitAsync();
        await visit.Context.AddInitScriptAsync("window.refusals = []; document.addEventListener('securitypolicyviolation', event => refusals.push(event.violatedDirective + ' ' + event.sourceFile))");
        return visit;
    }

    /// <summary>Fills every text field of a form and sends it, until each attack was in each field.</summary>
    /// <param name="seen">Looks at what came of it, after each sending.</param>
    /// <param name="once">One sending is all that the form takes: as many attacks as there is room for.</param>
    /// <param name="addresses">Where an e-mail address is asked for, it is one. Else it is an attack like the others, which is refused and shown again.</param>
    static async Task SendAllAsync(Visit visit, string form, string path, Func<Task>? before = null, bool once = false, Func<Task>? seen = null, bool addresses = true)
    {
        var rounds = 1;
        for (var round = 0; round < rounds; round++)
        {
            // Some pages show the form again after it was sent.
            if (round == 0 || await visit.Page.Locator($"form#{form}").CountAsync() == 0) await visit.GoAsync(path);
            if (before is not null) await before();
            var fields = await visit.Page.Locator($"form#{form}").Locator("input:is([type=text], [type=search], [type=email]), textarea").AllAsync();
            Assert.NotEmpty(fields);
            foreach (var field in fields)
            {
                var groups = Groups(int.Parse(await field.GetAttributeAsync("maxlength") ?? "100"));
                if (!once) rounds = Math.Max(rounds, groups.Count);
                var attack = addresses && await field.GetAttributeAsync("type") == "email" ? $"{Guid.NewGuid():N}@attack.example" : groups[round % groups.Count];
                await field.FillAsync(attack);
            }

            // The browser itself would take nothing but an address. What comes back has no such mark, be it a new page or what was put into this one.
            await visit.Page.EvaluateAsync("form => { const it = document.getElementById(form); it.noValidate = true; it.dataset.before = ''; }", form);
            await visit.Page.Locator($"form#{form} button[type=submit]:not([name])").First.ClickAsync();
            await Assertions.Expect(visit.Page.Locator("[data-before]")).ToHaveCountAsync(0);
            await UnhurtAsync(visit);
            if (seen is not null) await seen();
        }
    }

    static string Long => string.Join('\n', Attacks)[..900];

    /// <summary>The attacks, as many in one text as there is room for.</summary>
    static List<string> Groups(int room)
    {
        var groups = new List<string> { "" };
        foreach (var attack in Attacks.Where(attack => attack.Length <= room))
        {
            // A field of one line takes no line breaks.
            var text = room < 300 ? attack.ReplaceLineEndings(" ") : attack;
            if (groups[^1].Length + text.Length + 1 > room) groups.Add("");
            groups[^1] += (groups[^1].Length == 0 ? "" : room < 300 ? " " : "\n") + text;
        }

        return groups;
    }

    static async Task UnhurtAsync(Visit visit, string path)
    {
        // Some addresses lead to nothing; none is too much for a page.
        Assert.InRange((await visit.GoAsync(path))!.Status, 200, 499);
        await UnhurtAsync(visit);
    }

    /// <summary>Nothing ran, nothing was put in, nothing had to be refused by the policy.</summary>
    /// <param name="isFormatted">Words of an API are Markdown in which harmless HTML counts, and the policy refuses pictures of elsewhere.</param>
    static async Task UnhurtAsync(Visit visit, bool isFormatted = false) => Assert.Equal("", await visit.Page.EvaluateAsync<string>(
        """
        isFormatted => [
          'hit' in window ? 'ran' : '',
          ...document.querySelectorAll('[onerror], [onload], [onfocus], iframe, meta[http-equiv], base[href^="//evil"], form[action^="//evil"], a[href^="javascript:" i], a[href^="data:" i]'),
          ...isFormatted ? [] : document.querySelectorAll('#injected, img[src^="//evil"]'),
          ...[...document.scripts].filter(script => !script.nonce),
          ...window.refusals.filter(refusal => !isFormatted || !refusal.startsWith('img-src')),
        ].map(found => found.outerHTML ?? found).filter(found => found).join(' | ')
        """, isFormatted));
}
