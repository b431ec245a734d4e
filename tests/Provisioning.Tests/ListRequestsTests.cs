using System.Net;
using DevPortal.Contracts.Identity;
using DevPortal.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace DevPortal.Provisioning.Tests;

[Collection(RunningServiceTests.Name)]
public sealed class ListRequestsTests(RunningService service)
{
    [Fact]
    public async Task Pages_are_newest_first_and_hold_everything_once()
    {
        var offering = await service.OfferingAsync();
        var consumer = await service.PersonAsync();
        var made = new List<Guid>();
        for (var i = 0; i < 5; i++) made.Add((await service.PendingAsync(offering, consumer)).Request.Id);

        var (listed, cursor) = (new List<Guid>(), "");
        do
        {
            var page = await ListAsync(consumer, $"limit=2{cursor}");
            Assert.InRange(page.Items.Count, 1, 2);
            listed.AddRange(page.Items.Select(request => request.Id));
            cursor = page.Next is null ? null : $"&cursor={page.Next}";
        }
        while (cursor is not null);

        Assert.Equal(made.OrderDescending(), listed);
    }

    [Fact]
    public async Task The_oldest_come_first_where_that_is_asked_for()
    {
        var offering = await service.OfferingAsync();
        var consumer = await service.PersonAsync();
        var made = new List<Guid>();
        for (var i = 0; i < 3; i++) made.Add((await service.PendingAsync(offering, consumer)).Request.Id);

        var first = await ListAsync(consumer, "sort=oldest&limit=2");
        var second = await ListAsync(consumer, $"sort=oldest&limit=2&cursor={first.Next}");

        Assert.Equal(made, first.Items.Concat(second.Items).Select(request => request.Id));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Requests_from_before_there_was_a_table_of_their_products_are_found_by_product_too()
    {
        var offering = await service.OfferingAsync();
        var (consumer, asked) = await service.PendingAsync(offering);
        await using (var older = service.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("delete from requested_product")) await older.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        Assert.Empty((await ListAsync(consumer, $"productId={offering.Weather}")).Items);

        await RequestedProducts.CreateAsync(service.Services, TestContext.Current.CancellationToken);

        Assert.Equal(asked.Id, Assert.Single((await ListAsync(consumer, $"productId={offering.Weather}")).Items).Id);
    }

    [Fact]
    public async Task People_see_their_own_and_admins_all()
    {
        var offering = await service.OfferingAsync();
        var (first, firsts) = await service.PendingAsync(offering);
        var (second, seconds) = await service.PendingAsync(offering);
        var admin = await service.PersonAsync(UserRole.Admin);

        Assert.Equal([firsts.Id], (await ListAsync(first, "")).Items.Select(request => request.Id));
        Assert.Empty((await ListAsync(first, $"requesterId={second.Id}")).Items);
        Assert.Equivalent(new[] { firsts.Id, seconds.Id }, (await ListAsync(admin, $"productId={offering.Weather}")).Items.Select(request => request.Id), strict: true);
        using var anonymous = service.Anonymous();
        await (await anonymous.GetAsync("/api/provisioning/requests")).RefusedAsync(HttpStatusCode.Unauthorized, "not-signed-in");
    }

    [Fact]
    public async Task An_admin_may_leave_out_what_others_have_to_decide()
    {
        var offering = await service.OfferingAsync();
        var (inviter, other) = (await service.PersonAsync(UserRole.Admin), await service.PersonAsync(UserRole.Admin));
        var (_, first) = await service.PendingAsync(offering, await service.PersonAsync(lastLinkMadeBy: inviter.Id));
        var (_, second) = await service.PendingAsync(offering, inviter);
        var (_, third) = await service.PendingAsync(offering);

        Assert.Equal([third.Id], await IdsAsync(inviter, $"productId={offering.Weather}&mayDecide=true"));
        Assert.Equal([third.Id, second.Id, first.Id], await IdsAsync(other, $"productId={offering.Weather}&mayDecide=true"));
        Assert.Equal([third.Id, second.Id, first.Id], await IdsAsync(inviter, $"productId={offering.Weather}&mayDecide=false"));

        // What is left out does not end the list.
        var page = await ListAsync(inviter, $"productId={offering.Weather}&mayDecide=true&sort=oldest&limit=1");
        Assert.Empty(page.Items);
        Assert.NotNull(page.Next);
    }

    [Fact]
    public async Task Filters_narrow_the_list()
    {
        var offering = await service.OfferingAsync();
        var (consumer, pending) = await service.PendingAsync(offering);
        var (_, withdrawn) = await service.PendingAsync(offering, consumer);
        await (await consumer.PostAsync($"/{withdrawn.Id}/withdraw", null, "\"1\"")).ReadAsync();
        var admin = await service.PersonAsync(UserRole.Admin);

        foreach (var viewer in new[] { consumer, admin })
        {
            Assert.Equal([pending.Id], await IdsAsync(viewer, $"state=pending&requesterId={consumer.Id}"));
            Assert.Equal([withdrawn.Id], await IdsAsync(viewer, $"state=withdrawn&requesterId={consumer.Id}"));
            Assert.Equal([withdrawn.Id], await IdsAsync(viewer, $"appId={withdrawn.AppId}"));
            Assert.Empty(await IdsAsync(viewer, $"productId={offering.Maps}"));
            Assert.Equal([withdrawn.Id, pending.Id], await IdsAsync(viewer, $"productId={offering.Weather}"));
        }
    }

    [Theory]
    [InlineData("cursor=nonsense", "bad-cursor", "cursor")]
    [InlineData("cursor=AAAA", "bad-cursor", "cursor")]
    [InlineData("limit=many", "bad-request", "limit")]
    [InlineData("state=lost", "bad-request", "state")]
    [InlineData("state=99", "bad-request", "state")]
    [InlineData("sort=best", "bad-request", "sort")]
    [InlineData("appId=1", "bad-request", "appId")]
    public async Task A_question_that_can_not_be_read_names_the_parameter(string query, string code, string field)
    {
        var consumer = await service.PersonAsync();
        await (await consumer.Http.GetAsync($"/api/provisioning/requests?{query}")).RefusedAsync(HttpStatusCode.BadRequest, code, field);
    }

    [Theory]
    [InlineData("limit=-1")]
    [InlineData("limit=2147483647")]
    public async Task Any_number_is_cut_to_a_page_size(string query)
    {
        var (consumer, request) = await service.PendingAsync(await service.OfferingAsync());
        Assert.Equal([request.Id], await IdsAsync(consumer, query));
    }

    static async Task<IEnumerable<Guid>> IdsAsync(Person viewer, string query) => (await ListAsync(viewer, query)).Items.Select(request => request.Id);

    static async Task<Page<RequestAnswer>> ListAsync(Person viewer, string query) =>
        await (await viewer.Http.GetAsync($"/api/provisioning/requests?{query}")).ReadAsync<Page<RequestAnswer>>();
}
