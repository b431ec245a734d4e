using System.Net;
using DevPortal.Identity.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DevPortal.Identity.Tests;

[Collection(nameof(SharedApp))]
public sealed class AttemptLimitTests(SharedApp shared)
{
    [Fact]
    public async Task Right_passwords_of_many_behind_one_address_lock_nobody_out()
    {
        var http = From("192.0.2.7");
        for (var i = 0; i <= AttemptLimit.PerAddress; i++)
        {
            Assert.Null(await CountAsync($"right{i}@example.org", http));
            await WithLimitAsync(limit => limit.ForgetAsync($"right{i}@example.org", http));
        }
    }

    [Fact]
    public async Task Whoever_guesses_at_many_accounts_is_stopped_even_if_one_of_them_is_his()
    {
        var http = From("192.0.2.8");
        for (var i = 0; i < AttemptLimit.PerAddress; i++)
        {
            Assert.Null(await CountAsync($"wrong{i}@example.org", http));
            if (i % 10 != 0) continue;
            Assert.Null(await CountAsync("own@example.org", http));
            await WithLimitAsync(limit => limit.ForgetAsync("own@example.org", http));
        }

        Assert.NotNull(await CountAsync("one-more@example.org", http));
        Assert.Null(await CountAsync("one-more@example.org", From("192.0.2.9")));
    }

    [Fact]
    public async Task All_addresses_of_one_IPv6_network_are_one_client()
    {
        for (var i = 0; i < AttemptLimit.PerAccount; i++) Assert.Null(await CountAsync("six@example.org", From($"2001:db8:1:2:{i:x}::1")));
        Assert.NotNull(await CountAsync("six@example.org", From("2001:db8:1:2:ffff::1")));
        Assert.Null(await CountAsync("six@example.org", From("2001:db8:1:3::1")));
    }

    static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

    Task<int?> CountAsync(string account, HttpContext http) => WithLimitAsync(limit => limit.CountAsync(account, http));

    async Task<T> WithLimitAsync<T>(Func<AttemptLimit, Task<T>> work)
    {
        await using var scope = shared.App.Factory.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<AttemptLimit>());
    }

    async Task WithLimitAsync(Func<AttemptLimit, Task> work)
    {
        await using var scope = shared.App.Factory.Services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<AttemptLimit>());
    }
}
