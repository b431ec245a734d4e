using System.Reflection;

namespace DevPortal.Contracts.Tests;

/// <summary>Makes a value of a record: once with all that it can have, once with as little as it may.</summary>
static class Samples
{
    static readonly NullabilityInfoContext Nullability = new();

    static readonly DateTimeOffset Moment = new(2026, 11, 24, 17, 38, 29, 123, TimeSpan.Zero);

    public static IEnumerable<object> Of(Type type)
    {
        yield return Full(type, type.Name);
        if (Parts(type).Any(part => part.MayBeNull)) yield return Made(type, part => part.MayBeNull ? null : Full(part.Type, part.Name));
    }

    /// <summary>Every enum that is somewhere in it.</summary>
    public static IEnumerable<Type> EnumsOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? (type.IsArray ? type.GetElementType()! : type);
        return type.IsEnum ? [type] : IsOurs(type) ? Parts(type).SelectMany(part => EnumsOf(part.Type)) : [];
    }

    static object Full(Type type, string name) => Nullable.GetUnderlyingType(type) is { } inner ? Full(inner, name)
        : type == typeof(string) ? $"a {name}"
        : type == typeof(Guid) ? new Guid($"01890000-0000-7000-8000-{(uint)name.Sum(letter => letter * 7919):x12}")
        : type == typeof(DateTimeOffset) ? Moment.AddSeconds(name.Length)
        : type == typeof(int) ? name.Length
        : type == typeof(long) ? 10_000_000_000 + name.Length
        : type == typeof(double) ? name.Length + 0.5
        : type == typeof(bool) ? true
        : type.IsEnum ? Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!
        : type.IsArray ? Array(type.GetElementType()!, name)
        : IsOurs(type) ? Made(type, part => Full(part.Type, part.Name))
        : throw new NotSupportedException($"{name} is a {type}: say here what a sample of it is.");

    static Array Array(Type type, string name)
    {
        var items = System.Array.CreateInstance(type, 1);
        items.SetValue(Full(type, name), 0);
        return items;
    }

    static object Made(Type type, Func<Part, object?> value)
    {
        var made = Constructor(type).Invoke([.. Constructor(type).GetParameters().Select(parameter => value(PartOf(parameter)))]);
        foreach (var (part, property) in Settable(type)) property.SetValue(made, value(part));
        return made;
    }

    static IEnumerable<Part> Parts(Type type) => Constructor(type).GetParameters().Select(PartOf).Concat(Settable(type).Select(settable => settable.Part));

    static IEnumerable<(Part Part, PropertyInfo Property)> Settable(Type type) => type.GetProperties()
        .Where(property => property.SetMethod?.IsPublic == true && Constructor(type).GetParameters().All(parameter => parameter.Name != property.Name))
        .Select(property => (new Part(property.Name, property.PropertyType, Nullability.Create(property).ReadState == NullabilityState.Nullable), property));

    static Part PartOf(ParameterInfo parameter) => new(parameter.Name!, parameter.ParameterType, Nullability.Create(parameter).ReadState == NullabilityState.Nullable);

    static ConstructorInfo Constructor(Type type) => type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;

    static bool IsOurs(Type type) => type.Namespace?.StartsWith("DevPortal.", StringComparison.Ordinal) == true;

    sealed record Part(string Name, Type Type, bool MayBeNull);
}
