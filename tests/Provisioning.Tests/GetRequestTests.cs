using System.Net;
using DevPortal.Contracts.Identity;
using Xunit;

namespace DevPortal.Provisioning.Tests;

[Collection(RunningServiceTests.Name)]
public sealed class GetRequestTests(RunningService service)
{
    [Fact]
    public async Task The_requester_and_admins_see_it_with_its_version_as_etag()
    {
        var (consumer, request) = await service.PendingAsync(await service.OfferingAsync());
        var admin = await service.PersonAsync(UserRole.Admin);
        foreach (var viewer in new[] { consumer, admin })
        {
            var answer = await viewer.Http.GetAsync($"/api/provisioning/requests/{request.Id}");
            Assert.Equal("\"1\"", answer.Headers.ETag?.Tag);
            Assert.Equivalent(request, await answer.ReadAsync());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/history")]
    public async Task For_everybody_else_it_does_not_exist(string page)
    {
        var (_, request) = await service.PendingAsync(await service.OfferingAsync());
        var stranger = await service.PersonAsync();
        using var anonymous = service.Anonymous();
        await (await stranger.Http.GetAsync($"/api/provisioning/requests/{request.Id}{page}")).RefusedAsync(HttpStatusCode.NotFound, "not-found");
        await (await stranger.Http.GetAsync($"/api/provisioning/requests/{Guid.NewGuid()}{page}")).RefusedAsync(HttpStatusCode.NotFound, "not-found");
        await (await anonymous.GetAsync($"/api/provisioning/requests/{request.Id}{page}")).RefusedAsync(HttpStatusCode.Unauthorized, "not-signed-in");
    }

    [Fact]
    public async Task The_scopes_of_a_token_are_a_ceiling()
    {
        var (_, request) = await service.PendingAsync(await service.OfferingAsync());
        var admin = await service.PersonAsync(UserRole.Admin);
        using var reading = service.ByPersonalAccessToken(admin, "read");
        await (await reading.GetAsync($"/api/provisioning/requests/{request.Id}")).RefusedAsync(HttpStatusCode.NotFound, "not-found");
        await (await reading.PostRequestAsync($"/{request.Id}/approve", new { }, "*")).RefusedAsync(HttpStatusCode.Forbidden, "scope");
    }
}
