using Npgsql;

namespace DevPortal.Eventing;

/// <summary>What an operator can tell the relay, on the service's command line; a running relay takes it up with its next page.</summary>
static class RelayCommand
{
    public static async Task<bool> TryAsync(NpgsqlDataSource database, string[] args)
    {
        if (Value(args, "--relay-from") is { } from)
        {
            await using var move = database.CreateCommand("update relay set position = $1 - 1, moved_at = now()");
            move.Parameters.AddWithValue(long.Parse(from));
            await move.ExecuteNonQueryAsync();
            Console.WriteLine($"Everything from event {from} on will be announced again.");
            return true;
        }

        if (Value(args, "--relay-skip") is { } skip)
        {
            var reason = Value(args, "--reason") ?? throw new ArgumentException("--relay-skip needs --reason: it is recorded.");
            await using var command = database.CreateCommand("insert into relay_skipped (seq_id, reason) values ($1, $2) on conflict do nothing");
            command.Parameters.AddWithValue(long.Parse(skip));
            command.Parameters.AddWithValue(reason);
            await command.ExecuteNonQueryAsync();
            Console.WriteLine($"Event {skip} will not be announced.");
            return true;
        }

        return false;
    }

    static string? Value(string[] args, string option) => Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
}
