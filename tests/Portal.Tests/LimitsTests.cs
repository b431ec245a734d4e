using DevPortal.Portal;
using DevPortal.Portal.Api;
using DevPortal.Portal.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Xunit;

namespace DevPortal.PortalTests;

public sealed class LimitsTests
{
    static readonly IStringLocalizer<Texts> T = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider().GetRequiredService<IStringLocalizer<Texts>>();

    [Theory]
    [InlineData(null, null, null, null, "No limits")]
    [InlineData(1000.0, 60.0, null, null, "1,000 requests per minute")]
    [InlineData(null, null, 50_000L, 2_592_000L, "50,000 requests per month")]
    [InlineData(1000.0, 60.0, 50_000L, 2_592_000L, "1,000 requests per minute, 50,000 per month")]
    // One of them.
    [InlineData(1.0, 1.0, null, null, "1 request per second")]
    [InlineData(null, null, 1L, 86_400L, "1 request per day")]
    [InlineData(1.0, 60.0, 1L, 3600L, "1 request per minute, 1 per hour")]
    // Periods that have a name, and those that have none.
    [InlineData(5.0, 604_800.0, null, null, "5 requests per week")]
    [InlineData(5.0, 31_536_000.0, null, null, "5 requests per year")]
    [InlineData(5.0, 172_800.0, null, null, "5 requests per 2 days")]
    [InlineData(5.0, 7200.0, null, null, "5 requests per 2 hours")]
    [InlineData(5.0, 900.0, null, null, "5 requests per 15 minutes")]
    [InlineData(5.0, 90.0, null, null, "5 requests per 90 seconds")]
    [InlineData(0.5, 10.0, null, null, "0.5 requests per 10 seconds")]
    [InlineData(10.0, 0.5, null, null, "10 requests per 0.5 seconds")]
    [InlineData(null, null, 700L, 7L * 604_800, "700 requests per 49 days")]
    // Months have 28 to 31 days, years 365 or 366.
    [InlineData(null, null, 10L, 28L * 86_400, "10 requests per month")]
    [InlineData(null, null, 10L, 31L * 86_400, "10 requests per month")]
    [InlineData(null, null, 10L, 32L * 86_400, "10 requests per 32 days")]
    [InlineData(null, null, 10L, 366L * 86_400, "10 requests per year")]
    // A quota that never renews.
    [InlineData(null, null, 500L, null, "500 requests in all")]
    [InlineData(null, null, 1L, null, "1 request in all")]
    [InlineData(5.0, 60.0, 500L, null, "5 requests per minute, 500 in all")]
    public void Limits_are_said_in_the_words_that_people_use(double? rate, double? per, long? quota, long? renewal, string words) =>
        Assert.Equal(words, Limits.Words(new Plan(Guid.Empty, "", null, null, rate, per, quota, renewal, null), T));

    [Theory]
    [InlineData(20, "1 minute")]
    [InlineData(60, "1 minute")]
    [InlineData(120, "2 minutes")]
    [InlineData(3600, "1 hour")]
    [InlineData(7200, "2 hours")]
    [InlineData(86_400, "1 day")]
    [InlineData(7_776_000, "90 days")]
    [InlineData(86_400_000, "1,000 days")]
    public void How_long_access_lasts_is_said_in_the_largest_unit(long seconds, string words) => Assert.Equal(words, Limits.Lifetime(seconds, T));
}
