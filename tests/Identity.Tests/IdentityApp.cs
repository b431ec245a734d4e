using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DevPortal.Testing;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(Servers))]

namespace DevPortal.Identity.Tests;

/// <summary>A clock that goes on by itself and can be set ahead.</summary>
public sealed class AdjustableTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}

/// <summary>The identity service on a database and a virtual host of its own.</summary>
public sealed class IdentityApp : IAsyncDisposable
{
    public const string BootstrapToken = "canary-bootstrap-token", AdminEmail = "ada@example.org", AdminPassword = "canary password of the first admin";

    public required string Database { get; init; }
    public required string Broker { get; init; }
    public required WebApplicationFactory<Program> Factory { get; init; }
    public required AdjustableTime Time { get; init; }

    public static async Task<IdentityApp> StartAsync(Servers servers, params (string Key, string Value)[] settings) =>
        await StartAsync(await servers.PostgresAsync("identity"), await servers.RabbitMqAsync(), settings);

    public static async Task<IdentityApp> StartAsync(string database, string broker, params (string Key, string Value)[] settings)
    {
        var time = new AdjustableTime();
        var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(web =>
        {
            web.UseSetting("ConnectionStrings:identitydb", database);
            web.UseSetting("ConnectionStrings:rabbitmq", broker);
            web.UseSetting("PublicUrl", "http://localhost:5080");
            web.UseSetting("SealKey", "a seal key of the tests");
            web.UseSetting("HashPepper", "a hash pepper of the tests");
            web.UseSetting("BootstrapToken", BootstrapToken);
            foreach (var (key, value) in settings) web.UseSetting(key, value);
            web.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(time));
        });
        // Starting blocks; tests in other classes go on.
        await Task.Run(() => factory.Server);
        return new IdentityApp { Database = database, Broker = broker, Factory = factory, Time = time };
    }

    public Browser Open() => new(Factory);

    /// <summary>An API client of somebody.</summary>
    public HttpClient As(string accessToken)
    {
        var client = Factory.CreateClient(Browser.Options);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return client;
    }

    public async Task WelcomeAsync()
    {
        using var browser = Open();
        var answer = await browser.SubmitAsync("/welcome", ("token", BootstrapToken), ("name", "Ada Canaryname"), ("email", AdminEmail), ("password", AdminPassword));
        Assert.Equal(System.Net.HttpStatusCode.Redirect, answer.StatusCode);
    }

    public async Task<HttpClient> SignInAsync(string email, string password)
    {
        using var browser = Open();
        await browser.SignInAsync(email, password);
        return As((await browser.AuthorizeAsync()).AccessToken);
    }

    public Task<HttpClient> AdminAsync() => SignInAsync(AdminEmail, AdminPassword);

    /// <summary>An organisation with a team of its own.</summary>
    public static async Task<(Guid Organisation, Guid Team)> NewOrganisationAsync(HttpClient admin)
    {
        var organisation = await admin.PostAsync("/api/identity/organizations", new { name = "Acme" }).CreatedIdAsync();
        return (organisation, await admin.PostAsync("/api/identity/teams", new { name = "Rockets", organizationId = organisation }).CreatedIdAsync());
    }

    /// <summary>Somebody who was invited and has set his password.</summary>
    public async Task<Somebody> NewUserAsync(HttpClient admin, string role = "member")
    {
        var (organisation, team) = await NewOrganisationAsync(admin);
        var email = $"{Guid.NewGuid():N}@example.org";
        var created = await admin.PostAsync("/api/identity/users", new { name = "Bob", email, role, organizationId = organisation, teamIds = new[] { team } });
        var answer = await created.JsonAsync();
        var link = answer.GetProperty("link").GetProperty("url").GetString()!;
        await UseLinkAsync(link, Somebody.FirstPassword);
        return new Somebody(answer.GetProperty("user").GetProperty("id").GetGuid(), email, organisation, team, link);
    }

    public async Task<HttpResponseMessage> UseLinkAsync(string link, string password)
    {
        using var browser = Open();
        return await browser.SubmitAsync(new Uri(link).PathAndQuery, ("password", password));
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync());
    }

    public async ValueTask DisposeAsync() => await Factory.DisposeAsync();
}

public sealed record Somebody(Guid Id, string Email, Guid Organisation, Guid Team, string Link)
{
    public const string FirstPassword = "canary password of somebody";
}

/// <summary>One running service with a first admin, for all tests that do not need one of their own.</summary>
public sealed class SharedApp(Servers servers) : IAsyncLifetime
{
    public IdentityApp App { get; private set; } = null!;
    public HttpClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        App = await IdentityApp.StartAsync(servers);
        await App.WelcomeAsync();
        Admin = await App.AdminAsync();
    }

    /// <summary>Somebody without rights.</summary>
    public async Task<HttpClient> MemberAsync()
    {
        member ??= await App.NewUserAsync(Admin);
        return await App.SignInAsync(member.Email, Somebody.FirstPassword);
    }

    Somebody? member;

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

[CollectionDefinition(nameof(SharedApp))]
public sealed class SharedAppCollection : ICollectionFixture<SharedApp>;

static class Http
{
    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, object body, string? ifMatch = null, string? idempotencyKey = null) =>
        SendAsync(client, HttpMethod.Post, path, body, ifMatch, idempotencyKey);

    public static Task<HttpResponseMessage> PutAsync(this HttpClient client, string path, object body, string? ifMatch = null) =>
        SendAsync(client, HttpMethod.Put, path, body, ifMatch, null);

    static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, object body, string? ifMatch, string? idempotencyKey)
    {
        var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (idempotencyKey is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        return client.SendAsync(request);
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

    public static async Task<Guid> CreatedIdAsync(this Task<HttpResponseMessage> calling)
    {
        var answer = await calling;
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return (await answer.JsonAsync()).GetProperty("id").GetGuid();
    }

    /// <summary>Status and code of a problem, and the field at fault.</summary>
    public static async Task<(int Status, string? Code, string? Field)> ProblemAsync(this Task<HttpResponseMessage> calling)
    {
        var answer = await calling;
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{(int)answer.StatusCode} {text}");
        var problem = JsonDocument.Parse(text).RootElement;
        var field = problem.TryGetProperty("errors", out var errors) ? errors.EnumerateObject().First().Name : null;
        return ((int)answer.StatusCode, problem.GetProperty("code").GetString(), field);
    }
}
