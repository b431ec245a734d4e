using DevPortal.Portal.Web;
using DevPortal.ServiceDefaults;
using Xunit;

namespace DevPortal.PortalTests;

public sealed class WantedKeyTests
{
    [Theory]
    [InlineData("Donaudampfschifffahrtsgesellschaft")]
    [InlineData("donaudampfschifffahrtsgesellschaft@example.org")]
    [InlineData("TheOrderServiceOfTheNorthernHarbour")]
    [InlineData("ORDERSERVICEOFTHENORTHERNHARBOUR")]
    [InlineData("order_service_of_the_northern_harbour")]
    [InlineData("x7Kp")]
    public void Words_stay_however_long_they_are(string typed) => Assert.Equal(typed, WantedKey.WithoutKeys(typed));

    [Fact]
    public void Of_a_key_or_most_of_one_only_the_end_stays()
    {
        for (var count = 0; count < 1000; count++)
        {
            var key = KeyFormat.Mint("devportal", "live", KeyFormat.Credential);
            Assert.Equal($"found {key[^4..]}, see", WantedKey.WithoutKeys($" found {key}, see "));
            Assert.Equal(key[^4..], WantedKey.WithoutKeys(key[^38..]));
        }
    }
}
