using System.Security.Cryptography;
using System.Text;
using DevPortal.Contracts.TykSync;
using DevPortal.Eventing;
using MassTransit;

namespace DevPortal.Catalog.Tyk;

/// <summary>Keeps what Tyk says of an API, then looks what that makes of the products that contain it (see <see cref="HearPolicies"/>).</summary>
public sealed class HearApis(HearTogether hearing, AssessTogether assessing) : IConsumer<TykApiChanged>, IWorksTogether
{
    public async Task Consume(ConsumeContext<TykApiChanged> context)
    {
        var heard = context.Message;
        var hash = heard.OpenApi is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(heard.OpenApi)));
        await hearing.HearAsync(
            new Heard(heard, Recorded: new ApiHeard(heard with { OpenApi = null }, hash), Document: hash is null ? null : new OpenApiDocument(hash, heard.OpenApi!)), context.CancellationToken);
        await assessing.AssessAsync(heard, context.CancellationToken);
    }
}
