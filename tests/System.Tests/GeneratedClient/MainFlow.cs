using System;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Generated;

/// <summary>The main flow as a .NET developer writes it on the clients that NSwag made of the portal's documents.</summary>
public static class MainFlow
{
    /// <summary>The key's hint.</summary>
    /// <param name="consumer">With the consumer's token.</param>
    /// <param name="admin">With the token of an admin who may decide.</param>
    public static async Task<string> RunAsync(HttpClient consumer, HttpClient admin, string reason, CancellationToken ct)
    {
        var catalog = new Catalog.Client(consumer);
        var found = await catalog.ListProductsAsync(q: "forecasts", cancellationToken: ct);
        var product = await catalog.GetProductAsync(found.Items.First(item => item.Requestable).Id, cancellationToken: ct);
        var plan = product.Plans.First(offered => offered.Available);

        var credentials = new Credentials.Client(consumer);
        var app = await credentials.CreateAppAsync(new Credentials.CreateAppInput { Name = reason }, idempotency_Key: $"{Guid.NewGuid()}", cancellationToken: ct);

        var requests = new Provisioning.Client(consumer);
        var input = new Provisioning.SubmitRequestInput { AppId = app.Id, ProductIds = [product.Id], PlanId = plan.Id, Reason = reason };
        var request = await SubmitAsync(requests, input, ct);
        await new Provisioning.Client(admin).ApproveRequestAsync(request.Id, new Provisioning.ApproveRequestInput { Note = "Welcome." }, if_Match: $"\"{request.Version}\"", cancellationToken: ct);

        while (request.State != Provisioning.RequestState.Provisioned)
        {
            await Task.Delay(200, ct);
            request = await requests.GetRequestAsync(request.Id, ct);
        }

        var credential = (await credentials.ListCredentialsAsync(app.Id, cancellationToken: ct)).Items.Single();
        var revealed = await credentials.RevealCredentialAsync(credential.Id, cancellationToken: ct);
        try
        {
            await credentials.RevealCredentialAsync(credential.Id, cancellationToken: ct);
            throw new InvalidOperationException("The key was shown twice.");
        }
        catch (Credentials.ApiException<Credentials.Problem> refused) when (refused.Result.Code == "secret-already-shown")
        {
            return revealed.Hint;
        }
    }

    /// <summary>The app is so new that it may not have arrived there yet.</summary>
    static async Task<Provisioning.RequestAnswer> SubmitAsync(Provisioning.Client requests, Provisioning.SubmitRequestInput input, CancellationToken ct)
    {
        var key = $"{Guid.NewGuid()}";
        while (true)
        {
            try
            {
                return await requests.SubmitRequestAsync(input, idempotency_Key: key, cancellationToken: ct);
            }
            catch (Provisioning.ApiException<Provisioning.Problem> early) when (early.Result.Code == "not-yet-known")
            {
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
            }
        }
    }
}
