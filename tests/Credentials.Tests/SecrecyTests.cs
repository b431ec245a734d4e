using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using DevPortal.Contracts;
using DevPortal.Contracts.Credentials;
using DevPortal.ServiceDefaults;
using DevPortal.Testing;
using DevPortal.TykStandIn;
using Xunit;

namespace DevPortal.Credentials.Tests;

public sealed class SecrecyTests(Servers servers)
{
    [Fact]
    public async Task No_key_and_no_handle_stands_in_any_table_message_log_line_or_span()
    {
        var spans = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                // The stand-in runs in this process too; what a gateway records of itself is its own matter.
                if (span.Kind == ActivityKind.Server && (span.GetTagItem("url.path") as string)?.StartsWith("/api/", StringComparison.Ordinal) != true) return;
                spans.Enqueue($"{span.OperationName} {span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} "
                    + string.Join(' ', span.Events.SelectMany(happened => happened.Tags)));
            },
        };
        ActivitySource.AddActivityListener(listener);
        // Spans carry all that they can only where somebody reads them.
        await using var portal = await Portal.StartAsync(servers, settings: ["Logging:LogLevel:Default=Trace", $"Telemetry:SpanFile={Path.Combine(AppContext.BaseDirectory, "secrecy.spans")}"]);

        // Failures too: their texts are where secrets leak.
        await portal.StandIn.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.LostAnswer, Match = CallKind.Create, Count = 1 });
        var issued = await portal.ActiveAsync();
        var first = await issued.RevealAsync();
        var secrets = new List<string> { first, Assert.Single(issued.Keys).Hash };
        await portal.StandIn.Faults.SwitchOnAsync(new Fault { Kind = FaultKind.Error500, Match = CallKind.Read, Count = 2 });
        await issued.RotateAsync();
        await issued.UntilAsync(CredentialState.Active);
        await Poll.UntilAsync(() => issued.Keys.Count == 1);
        secrets.AddRange([await issued.RevealAsync(), Assert.Single(issued.Keys).Hash]);
        var kept = await portal.ActiveAsync();
        secrets.Add(Assert.Single(kept.Keys).Hash);
        await issued.RevokeAsync();
        await issued.UntilAsync(CredentialState.Revoked);
        await portal.Broker.ReceivedAsync<CredentialChanged>(changed => changed.CredentialId == issued.Id && changed.Step == CredentialStep.Revoked);

        var tables = new StringBuilder();
        await using (var list = portal.Database.CreateCommand("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"))
        await using (var names = await list.ExecuteReaderAsync())
        {
            while (await names.ReadAsync())
            {
                await using var all = portal.Database.CreateCommand($"select coalesce(string_agg(t::text, E'\\n'), '') from {names.GetString(0)} t");
                tables.AppendLine((string?)await all.ExecuteScalarAsync());
            }
        }

        var messages = string.Join('\n', portal.Broker.Received<IMessage>(_ => true).Select(message => JsonSerializer.Serialize(message, message.GetType(), Json.Options)));
        var hint = (await issued.FindAsync())!.Hint!;
        Assert.Contains(hint[^4..], tables.ToString(), StringComparison.Ordinal);
        Assert.Contains(issued.Id.ToString(), messages, StringComparison.Ordinal);
        Assert.Contains(spans, span => span.Contains("/tyk/keys/{key}", StringComparison.Ordinal));
        Assert.Contains(spans, span => span.Contains("/reveal", StringComparison.Ordinal));
        foreach (var secret in secrets)
        {
            string[] forms = [secret, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)), Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), Uri.EscapeDataString(secret)];
            foreach (var form in forms)
            {
                Assert.DoesNotContain(form, tables.ToString(), StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(form, messages, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(portal.Logs.Lines, line => line.Contains(form, StringComparison.OrdinalIgnoreCase));
                Assert.DoesNotContain(spans, span => span.Contains(form, StringComparison.OrdinalIgnoreCase));
            }
        }
    }
}
