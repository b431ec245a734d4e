using System.Security.Cryptography;
using System.Text;

namespace DevPortal.TykStandIn;

/// <summary>One shared secret opens everything under a path; there are no users and no roles.</summary>
static class Secret
{
    public const string Header = "X-Tyk-Authorization";

    public static void UseSecret(this WebApplication app, string path, string secret)
    {
        var expected = Encoding.UTF8.GetBytes(secret);
        app.Use(async (context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal) || Matches(context.Request.Headers[Header].ToString()))
                await next(context);
            else
                await Answers.Error(StatusCodes.Status403Forbidden, "Attempted administrative access with invalid or missing key!").ExecuteAsync(context);
        });

        bool Matches(string sent) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), expected);
    }
}
