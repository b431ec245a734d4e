using Npgsql;

namespace DevPortal.Identity.Tests;

/// <summary>Looks for a text in every row of every table of a database, in bytes too.</summary>
static class Canary
{
    public static async Task<string[]> TablesWithAsync(string database, string secret)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        var tables = new List<(string Schema, string Name)>();
        await using (var list = new NpgsqlCommand("select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')", connection))
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) tables.Add((reader.GetString(0), reader.GetString(1)));
        }

        if (tables.Count < 15) throw new InvalidOperationException("That is not the whole database.");
        var found = new List<string>();
        foreach (var (schema, name) in tables)
        {
            // bytea shows as hex in a row's text.
            await using var search = new NpgsqlCommand($"""
                select count(*) from "{schema}"."{name}" t where strpos(t::text, @secret) > 0 or strpos(t::text, encode(convert_to(@secret, 'UTF8'), 'hex')) > 0
                """, connection);
            search.Parameters.AddWithValue("secret", secret);
            if ((long)(await search.ExecuteScalarAsync())! > 0) found.Add($"{schema}.{name}");
        }

        return [.. found.Order()];
    }
}
