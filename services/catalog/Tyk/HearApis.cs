using System.Security.Cryptography;
using System.Text;
using DevPortal.Catalog.Products;
using DevPortal.Contracts.TykSync;
using DevPortal.Eventing;
using Marten;
using MassTransit;

namespace DevPortal.Catalog.Tyk;

/// <summary>Keeps what Tyk says of an API, then looks what that makes of the products that contain it (see <see cref="HearPolicies"/>).</summary>
public sealed class HearApis(ISessionFactory sessions, TimeProvider time) : IConsumer<TykApiChanged>
{
    public async Task Consume(ConsumeContext<TykApiChanged> context)
    {
        var (heard, ct) = (context.Message, context.CancellationToken);
        var hash = heard.OpenApi is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(heard.OpenApi)));
        await using (var session = sessions.OpenSession())
        {
            if (hash is not null) session.Store(new OpenApiDocument(hash, heard.OpenApi!));
            await session.HearAsync(heard, ct, recorded: new ApiHeard(heard with { OpenApi = null }, hash));
        }

        await using var query = sessions.QuerySession();
        var containing = await query.Query<KnownPolicy>()
            .Where(policy => policy.ApiIds.Contains(heard.ApiId) && policy.Source == heard.Source && policy.OrgId == heard.OrgId)
            .Select(policy => policy.ProductOrPlanId).ToListAsync(ct);
        foreach (var product in containing) await AssessProduct.RunAsync(sessions, product, heard.Origin, time, ct);
    }
}
