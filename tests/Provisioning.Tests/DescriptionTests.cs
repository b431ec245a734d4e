using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace DevPortal.Provisioning.Tests;

[Collection(RunningServiceTests.Name)]
public sealed class DescriptionTests(RunningService service)
{
    [Fact]
    public async Task The_description_names_every_operation()
    {
        using var anonymous = service.Anonymous();
        var description = await anonymous.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var operations = description.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
            .Select(operation => operation.Value.GetProperty("operationId").GetString()).Order();
        Assert.Equal(
            ["ApproveRequest", "GetRequest", "GetRequestHistory", "ListRequests", "RejectRequest", "RetryRequest", "RevokeRequest", "SubmitRequest", "WithdrawRequest"],
            operations);
    }
}
