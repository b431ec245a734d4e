using JasperFx.Events;
using Marten;
using Marten.Events.Projections;
using Npgsql;

namespace DevPortal.Provisioning;

/// <summary>Which requests ask for a product, in the order in which they were made: what a request asks for never changes, so this is written once, where an index over the
/// request itself would be written at each of its events.</summary>
public sealed class RequestedProducts : EventProjection
{
    /// <summary>For a list of requests by product.</summary>
    public const string Asks = "d.id in (select request_id from requested_product where product_id = ?)";

    const string Schema = """
        create table if not exists requested_product (
            product_id uuid not null,
            request_id uuid not null,
            primary key (product_id, request_id));
        insert into requested_product
            select (product ->> 'Id')::uuid, request.id from mt_doc_provisioningrequest request, jsonb_array_elements(request.data -> 'Products') product
            where not exists (select from requested_product) on conflict do nothing;
        """;

    public override ValueTask ApplyAsync(IDocumentOperations operations, IEvent e, CancellationToken cancellation)
    {
        if (e.Data is RequestSubmitted { RequestId: var request } submitted)
        {
            foreach (var product in submitted.Products) operations.QueueSqlCommand("insert into requested_product values (?, ?)", product.Id, request);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Makes the table; of requests that are older than it, it is filled at the first start.</summary>
    public static async Task CreateAsync(IServiceProvider services, CancellationToken ct)
    {
        await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand(Schema);
        await command.ExecuteNonQueryAsync(ct);
    }
}
