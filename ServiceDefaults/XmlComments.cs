using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace DevPortal.ServiceDefaults;

/// <summary>What the source says of types and members, from the documentation files that the compiler puts beside the assemblies.</summary>
static partial class XmlComments
{
    static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> Read = [];

    /// <summary>The summary of a type; null if it has none.</summary>
    public static string? Of(Type type) => Text(Member("T:" + Name(type), type)?.Element("summary"));

    /// <summary>What is said of a property: as the parameter of its record, else of itself.</summary>
    public static string? Of(PropertyInfo property)
    {
        var type = property.DeclaringType!;
        return Text(Parameter(Member("T:" + Name(type), type), property.Name)) ?? Text(Member($"P:{Name(type)}.{property.Name}", type)?.Element("summary"));
    }

    /// <summary>What is said of a parameter of a handler. Handlers are not overloaded, so the name is enough.</summary>
    public static string? Of(MethodInfo method, string parameter)
    {
        var start = $"M:{Name(method.DeclaringType!)}.{method.Name}(";
        return Text(Parameter(Members(method.DeclaringType!).FirstOrDefault(member => member.Key.StartsWith(start, StringComparison.Ordinal)).Value, parameter));
    }

    static XElement? Parameter(XElement? member, string name) => member?.Elements("param").FirstOrDefault(param => (string?)param.Attribute("name") == name);

    static XElement? Member(string id, Type type) => Members(type).GetValueOrDefault(id);

    static Dictionary<string, XElement> Members(Type type) => Read.GetOrAdd(type.Assembly, assembly =>
    {
        var file = Path.ChangeExtension(assembly.Location, ".xml");
        return File.Exists(file) ? XDocument.Load(file).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value) : [];
    });

    static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    /// <summary>As Markdown on one line: code in backticks, names of other members as callers write them.</summary>
    static string? Text(XElement? element)
    {
        if (element is null) return null;
        var text = string.Concat(element.DescendantNodes().Select(node => node switch
        {
            XText plain when plain.Parent!.Name == "c" => $"`{plain.Value}`",
            XText plain => plain.Value,
            XElement { Name.LocalName: "paramref" } reference => $"`{CamelCase(reference.Attribute("name")!.Value)}`",
            XElement { Name.LocalName: "see" } reference => $"`{CamelCase(reference.Attribute("cref")!.Value.Split('.')[^1])}`",
            _ => "",
        }));
        return Blanks().Replace(text, " ").Trim() is { Length: > 0 } said ? said : null;
    }

    static string CamelCase(string name) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
