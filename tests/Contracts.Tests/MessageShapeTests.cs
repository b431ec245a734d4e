using System.Reflection;
using Xunit;

namespace DevPortal.Contracts.Tests;

/// <summary>Messages are additive only: a relay may announce an event of any age, and services of two releases run side by side.</summary>
public sealed class MessageShapeTests
{
    static readonly Type[] Records = [.. typeof(IMessage).Assembly.GetExportedTypes().Where(type => type is { IsInterface: false } && !(type.IsAbstract && type.IsSealed)).OrderBy(type => type.FullName, StringComparer.Ordinal)];

    [Fact]
    public void Shapes_are_those_that_were_frozen()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "shapes.txt");
        var now = string.Join('\n', Records.SelectMany(Shape)) + "\n";

        var frozen = File.ReadAllText(file).ReplaceLineEndings("\n");
        Assert.True(frozen == now, $"The shape of a message changed. If it only grew (optional members at the end), put this into tests/Contracts.Tests/shapes.txt:\n{now}");
    }

    [Fact]
    public void Nothing_in_a_message_looks_like_a_secret()
    {
        string[] suspicious = ["secret", "password", "token", "hash", "link", "sealed", "email", "mail"];
        // Numbers and ids of such things are no secrets.
        string[] harmless = ["TokensGoodFrom", "TokenId", "LastLinkMadeBy", "UsedLinkMadeBy"];

        var found = Records.SelectMany(type => type.GetProperties().Select(property => $"{type.Name}.{property.Name}"))
            .Where(name => suspicious.Any(word => name.Split('.')[1].Contains(word, StringComparison.OrdinalIgnoreCase)) && !harmless.Contains(name.Split('.')[1]));

        Assert.Empty(found);
    }

    static IEnumerable<string> Shape(Type type) => type.IsEnum
        ? [$"{type.FullName}: {string.Join(" | ", Enum.GetNames(type))}"]
        : type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => $"{type.FullName}.{property.Name}: {Name(property.PropertyType)}{Nullability(property)}");

    static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? Name(inner) : type.IsArray ? Name(type.GetElementType()!) + "[]" : type.FullName!;

    static string Nullability(PropertyInfo property) =>
        new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable ? "?" : "";
}
