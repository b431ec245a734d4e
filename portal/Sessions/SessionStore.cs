using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DevPortal.ServiceDefaults;
using Microsoft.AspNetCore.Authentication;
using Npgsql;

namespace DevPortal.Portal.Sessions;

/// <summary>Sessions: who is signed in, and the tokens that calls are made with. The browser has a random id and nothing else; the database
/// has its hash, and the rest sealed.</summary>
sealed class SessionStore(NpgsqlDataSource database, Sealing sealing, TokenRefresh refresh, TimeProvider time)
{
    /// <summary>A session that nobody used for that long is over.</summary>
    static readonly TimeSpan Idle = TimeSpan.FromHours(12);

    /// <summary>The longest that a page may take with a token that it began with.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(30), LongestRefresh = TimeSpan.FromSeconds(20);

    const string Purpose = "portal-session";

    /// <summary>Keeps a new session; its id is for the cookie.</summary>
    public async Task<string> BeginAsync(AuthenticationTicket ticket, CancellationToken ct)
    {
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await using var command = database.CreateCommand("insert into sessions (id, ticket, ends) values (@id, @ticket, @ends)");
        Fill(command, id, ticket);
        await command.ExecuteNonQueryAsync(ct);
        return id;
    }

    public async Task EndAsync(string id, CancellationToken ct)
    {
        await using var command = database.CreateCommand("delete from sessions where id = @id");
        command.Parameters.AddWithValue("id", Hash(id));
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The session with a token that is still good for a while; null if there is none (any more).</summary>
    public async Task<AuthenticationTicket?> FindAsync(string id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var found = await ReadAsync(connection, id, "", ct);
        if (found is not var (ticket, ends)) return null;
        if (IsFresh(ticket)) return ends - time.GetUtcNow() > Idle / 2 ? ticket : await ProlongAsync(connection, id, ticket, ct);

        // One refresh at a time, whichever replica it is: a refresh token is good for one use. Who waited finds the new tokens here.
        await using var transaction = await connection.BeginTransactionAsync(ct);
        found = await ReadAsync(connection, id, "for update", ct);
        if (found is not var (locked, _)) return null;
        if (!IsFresh(locked))
        {
            // A visitor who leaves meanwhile must not take the new tokens with him: the old ones are spent.
            using var ownTime = new CancellationTokenSource(LongestRefresh, time);
            ct = ownTime.Token;
            var (outcome, refreshed) = await refresh.RefreshAsync(locked, ct);
            if (outcome == RefreshOutcome.Refused)
            {
                await using var end = new NpgsqlCommand("delete from sessions where id = @id", connection);
                end.Parameters.AddWithValue("id", Hash(id));
                await end.ExecuteNonQueryAsync(ct);
                await transaction.CommitAsync(ct);
                return null;
            }

            locked = await WriteAsync(connection, id, refreshed!, ct);
            await transaction.CommitAsync(ct);
        }

        return locked;
    }

    /// <summary>Takes away what is over.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("delete from sessions where ends < @now");
        command.Parameters.AddWithValue("now", time.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }

    bool IsFresh(AuthenticationTicket ticket) =>
        DateTimeOffset.TryParse(ticket.Properties.GetTokenValue("expires_at"), CultureInfo.InvariantCulture, out var expires) && expires > time.GetUtcNow() + Margin;

    async Task<(AuthenticationTicket, DateTimeOffset)?> ReadAsync(NpgsqlConnection connection, string id, string locking, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select ticket, ends from sessions where id = @id and ends > @now {locking}", connection);
        command.Parameters.AddWithValue("id", Hash(id));
        command.Parameters.AddWithValue("now", time.GetUtcNow());
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        return TicketSerializer.Default.Deserialize(sealing.Open(Purpose, reader.GetFieldValue<byte[]>(0))) is { } ticket ? (ticket, reader.GetFieldValue<DateTimeOffset>(1)) : null;
    }

    async Task<AuthenticationTicket> WriteAsync(NpgsqlConnection connection, string id, AuthenticationTicket ticket, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("update sessions set ticket = @ticket, ends = @ends where id = @id", connection);
        Fill(command, id, ticket);
        await command.ExecuteNonQueryAsync(ct);
        return ticket;
    }

    async Task<AuthenticationTicket> ProlongAsync(NpgsqlConnection connection, string id, AuthenticationTicket ticket, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("update sessions set ends = @ends where id = @id", connection);
        command.Parameters.AddWithValue("id", Hash(id));
        command.Parameters.AddWithValue("ends", time.GetUtcNow() + Idle);
        await command.ExecuteNonQueryAsync(ct);
        return ticket;
    }

    void Fill(NpgsqlCommand command, string id, AuthenticationTicket ticket)
    {
        command.Parameters.AddWithValue("id", Hash(id));
        command.Parameters.AddWithValue("ticket", sealing.Seal(Purpose, TicketSerializer.Default.Serialize(ticket)));
        command.Parameters.AddWithValue("ends", time.GetUtcNow() + Idle);
    }

    // A copy of the database alone opens no session.
    static byte[] Hash(string id) => SHA256.HashData(Encoding.ASCII.GetBytes(id));
}
