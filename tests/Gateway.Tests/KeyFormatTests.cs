using DevPortal.ServiceDefaults;
using Xunit;

namespace DevPortal.Gateway.Tests;

public sealed class KeyFormatTests
{
    [Fact]
    public void A_minted_key_has_the_form_and_another_type_or_a_changed_character_has_not()
    {
        var key = KeyFormat.Mint("devportal", "test", "pat");

        Assert.Matches("^devportal_test_pat_[0-9A-Za-z]{38}$", key);
        Assert.True(KeyFormat.IsWellFormed(key, "pat"));
        Assert.False(KeyFormat.IsWellFormed(key, "key"));
        Assert.All(Enumerable.Range(0, key.Length), position =>
            Assert.False(KeyFormat.IsWellFormed(key[..position] + (key[position] == '7' ? '8' : '7') + key[(position + 1)..], "pat")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("_pat_")]
    [InlineData("devportal_test_pat_")]
    [InlineData("devportal_test_pat_000000000000000000000000000000000000000")]
    public void Other_text_has_not_the_form(string text) => Assert.False(KeyFormat.IsWellFormed(text, "pat"));

    [Fact]
    public void The_checksum_is_the_CRC_32_that_everybody_has()
    {
        // crc32(b"devportal_test_pat_" + 32 * b"0") by zlib, in base62.
        const string Known = "devportal_test_pat_00000000000000000000000000000000";
        Assert.True(KeyFormat.IsWellFormed(Known + "0EJidb", "pat"));
    }

    [Fact]
    public void The_hint_shows_what_kind_of_key_it_is_and_its_end()
    {
        var key = KeyFormat.Mint("devportal", "test", "pat");

        Assert.Equal("devportal_test_pat_…" + key[^4..], KeyFormat.Hint(key));
    }
}
