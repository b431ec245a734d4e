using System.Text.Json;
using DevPortal.Eventing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DevPortal.Bench;

/// <summary>What a bare read does: the statement of a list with its parameters, and the bytes of a page from ASP.NET Core's output cache; the latter also with the look
/// at what was committed before each use, which is the price of never being stale.</summary>
/// <param name="Database">Connection string.</param>
/// <param name="Page">Its bytes as the service answered them.</param>
sealed record BareReads(string Database, Statement Statement, byte[] Page)
{
    public const string List = "/list", Kept = "/kept", Fresh = "/fresh";

    sealed record Row(string Sort, Guid Id, JsonElement Item);

    public static Task RunAsync(Uri address, string file)
    {
        var bare = JsonSerializer.Deserialize<BareReads>(File.ReadAllText(file))!;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address.ToString());
        builder.Logging.ClearProviders();
        builder.Services.AddOutputCache();
        var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(bare.Database) { MaxPoolSize = 20, MaxAutoPrepare = 100, NoResetOnClose = true });
        var app = builder.Build();
        app.UseOutputCache();
        app.MapGet(List, async (CancellationToken ct) =>
        {
            await using var command = database.CreateCommand(bare.Statement.Sql);
            bare.Statement.AddParameters(command);
            var rows = new List<Row>();
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) rows.Add(new Row(reader.GetString(0), reader.GetGuid(1), JsonSerializer.Deserialize<JsonElement>(reader.GetString(2))));
            return TypedResults.Ok(rows);
        });
        IResult Page(HttpResponse answer)
        {
            answer.Headers.ETag = "\"bare\"";
            return TypedResults.Bytes(bare.Page, "application/json; charset=utf-8");
        }

        app.MapGet(Kept, Page).CacheOutput(policy => policy.Expire(TimeSpan.FromHours(1)));
        var committed = new CommittedEvents(database);
        app.MapGet(Fresh, Page).CacheOutput(policy => policy.Expire(TimeSpan.FromHours(1)).VaryByValue(async (_, ct) => new("mark", await committed.MarkAsync(ct))));
        return app.RunAsync();
    }
}
