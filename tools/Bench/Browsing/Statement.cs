using System.Text.Json;
using System.Text.RegularExpressions;
using DevPortal.LocalRun;
using Npgsql;
using NpgsqlTypes;

namespace DevPortal.Bench;

/// <summary>A statement as PostgreSQL was asked to execute it.</summary>
/// <param name="Sql">With $1, $2 …</param>
/// <param name="Parameters">As text; null for NULL.</param>
sealed partial record Statement(string Sql, IReadOnlyList<string?> Parameters)
{
    /// <summary>What every call reads about who calls, and what programs do by themselves.</summary>
    static readonly string[] NotOfLists = ["mt_doc_knownuser as d where id =", "mt_doc_knownuser as d where d.id =", "mt_doc_revokedtoken", "d.seq_id > ", "pg_locks", "relay", "advisory", "converging", "storedreply", "BEGIN", "COMMIT", "DISCARD"];

    public void AddParameters(NpgsqlCommand command)
    {
        foreach (var value in Parameters) command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Unknown, Value = (object?)value ?? DBNull.Value });
    }

    /// <summary>What is executed for a call, from PostgreSQL's own log.</summary>
    public static async Task<IReadOnlyList<Statement>> OfAsync(StateFolder state, NpgsqlDataSource superuser, Func<Task> call, CancellationToken ct)
    {
        await SetAsync(superuser, "alter system set log_line_prefix = '%m [%p] %d '", ct);
        await SetAsync(superuser, "alter system set log_min_duration_statement = 0", ct);
        try
        {
            var log = state.Log("postgres");
            await using var reading = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            reading.Seek(0, SeekOrigin.End);
            await call();
            // PostgreSQL writes its line before it answers, so what the call asked stands there.
            var asked = Read(await new StreamReader(reading).ReadToEndAsync(ct), new NpgsqlConnectionStringBuilder(superuser.ConnectionString).Database!).Where(statement => !Array.Exists(NotOfLists, mark => statement.Sql.Contains(mark, StringComparison.OrdinalIgnoreCase))).ToList();
            return await Task.WhenAll(asked.Select(statement => statement.TypedAsync(superuser, ct)));
        }
        finally
        {
            await SetAsync(superuser, "alter system reset log_min_duration_statement", ct);
        }
    }

    /// <summary>The log does not say the types of parameters, and one of which only <c>is null</c> tells nothing needs one.</summary>
    async Task<Statement> TypedAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var (typed, last) = (this, "");
        while (true)
        {
            try
            {
                await RunAsync(connection, $"prepare list as {typed.Sql}; deallocate list", ct);
                return typed;
            }
            catch (PostgresException untyped) when (Untyped().Match(untyped.MessageText) is { Success: true } parameter)
            {
                last = parameter.Groups[1].Value;
                typed = typed with { Sql = Regex.Replace(typed.Sql, $@"\${last}(?!\d)", $"$${last}::text") };
            }
            catch (PostgresException mistyped) when (mistyped.SqlState == PostgresErrorCodes.UndefinedFunction && typed.Sql.Contains($"${last}::text", StringComparison.Ordinal))
            {
                typed = typed with { Sql = typed.Sql.Replace($"${last}::text", $"${last}::uuid", StringComparison.Ordinal) };
            }
        }
    }

    /// <summary>Rows that the plan read from tables and indexes, those that it threw away too. The plan is the one that a prepared statement has after a while.</summary>
    public async Task<long> RowsReadAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await RunAsync(connection, $"prepare list as {Sql}", ct);
        var execute = Parameters.Count == 0 ? "execute list" : $"execute list({string.Join(", ", Parameters.Select(value => value is null ? "null" : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'"))})";
        for (var time = 0; time < 6; time++) await RunAsync(connection, execute, ct);
        await using var explain = new NpgsqlCommand($"explain (analyze, format json) {execute}", connection);
        var plan = JsonDocument.Parse((string)(await explain.ExecuteScalarAsync(ct))!).RootElement[0].GetProperty("Plan");
        await RunAsync(connection, "deallocate list", ct);
        return All(plan).Where(node => node.TryGetProperty("Relation Name", out _) || node.GetProperty("Node Type").GetString() == "Bitmap Index Scan").Sum(RowsOf);
    }

    static long RowsOf(JsonElement node) =>
        (long)(new[] { "Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck" }.Sum(name => node.TryGetProperty(name, out var rows) ? rows.GetDouble() : 0) * node.GetProperty("Actual Loops").GetDouble());

    static IEnumerable<JsonElement> All(JsonElement node) =>
        node.TryGetProperty("Plans", out var below) ? below.EnumerateArray().SelectMany(All).Prepend(node) : [node];

    static async Task SetAsync(NpgsqlDataSource superuser, string setting, CancellationToken ct)
    {
        await using var connection = await superuser.OpenConnectionAsync(ct);
        await RunAsync(connection, setting, ct);
        await RunAsync(connection, "select pg_reload_conf()", ct);
        // The postmaster tells the others; they take it up before their next statement.
        await Task.Delay(TimeSpan.FromMilliseconds(500), ct);
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Those of one database: other services have statements at the same time.</summary>
    static IEnumerable<Statement> Read(string log, string database)
    {
        var entries = Entry().Split(log).Skip(1).Chunk(2).Where(entry => entry[0] == database).Select(entry => entry[1]).ToList();
        for (var at = 0; at < entries.Count; at++)
        {
            if (Executed().Match(entries[at]) is not { Success: true } executed) continue;
            var detail = at + 1 < entries.Count && entries[at + 1].StartsWith("DETAIL:  parameters: ", StringComparison.Ordinal) ? entries[at + 1] : "";
            yield return new(
                executed.Groups[1].Value.Replace("\n\t", "\n", StringComparison.Ordinal).Trim(),
                [.. Parameter().Matches(detail).Select(one => one.Groups[1].Success ? one.Groups[1].Value.Replace("''", "'", StringComparison.Ordinal) : null)]);
        }
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d [\d:.]+ \S+ \[\d+\] (\S*) ", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"\ALOG:  duration: [\d.]+ ms  (?:execute [^:]+|statement): (.*)\z", RegexOptions.Singleline)]
    private static partial Regex Executed();

    [GeneratedRegex(@"could not determine data type of parameter \$(\d+)")]
    private static partial Regex Untyped();

    [GeneratedRegex(@"\$\d+ = (?:'((?:[^']|'')*)'|NULL)")]
    private static partial Regex Parameter();
}
