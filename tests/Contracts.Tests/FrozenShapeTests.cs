using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DevPortal.Eventing;
using DevPortal.ServiceDefaults;
using JasperFx.Events;
using Marten;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DevPortal.Contracts.Tests;

/// <summary>What was stored or sent by any version before is read by today's. <c>Frozen/*.json</c> has samples of every event and every message as a version wrote them: they
/// stay as they are. A type that grows gets one more sample, and every word of an enum that is among them has its place too.</summary>
public sealed class FrozenShapeTests
{
    static readonly string[] Services = ["Identity", "Catalog", "Provisioning", "Credentials", "TykSync"];

    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly Type[] Messages = [.. typeof(IMessage).Assembly.GetTypes().Where(type => type is { IsInterface: false } && type.IsAssignableTo(typeof(IMessage)))];

    // By house rule an event carries the time itself; what is heard from others is stored as the message, or with it in front.
    static readonly Type[] Events =
    [
        .. Services.SelectMany(service => System.Reflection.Assembly.Load($"DevPortal.{service}").GetTypes())
            .Where(type => type is { IsInterface: false, IsAbstract: false } && (type.GetProperty("OccurredAt") is not null || type.GetProperties().Any(property => property.PropertyType.IsAssignableTo(typeof(IMessage))))),
    ];

    static readonly ISerializer Stored = AStore();

    static readonly JsonSerializerOptions Sent = Json.Configure(new JsonSerializerOptions(SystemTextJsonMessageSerializer.Options));

    public static TheoryData<string> Files => [.. Services.Append("Contracts")];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_was_frozen_is_read_by_today_s_code_and_every_value_of_it_is_found(string file)
    {
        foreach (var (name, frozen) in Read(file))
        {
            var type = TypeOf(name, file);
            Assert.True(type is not null, $"{name} is stored or in a queue somewhere: it can't be renamed or moved.");
            if (frozen!["words"] is JsonArray words)
            {
                Assert.All(words, word => Assert.True(Enum.IsDefined(type, JsonSerializer.Deserialize(word!.ToJsonString(), type, Json.Options)!)));
                continue;
            }

            Assert.Equal(frozen["is"]!.GetValue<string>(), NameInStore(type));
            foreach (var sample in frozen["samples"]!.AsArray())
            {
                var read = Stored.FromJson(type, new MemoryStream(Encoding.UTF8.GetBytes(sample!.ToJsonString())));
                var lost = Lost("$", sample, JsonNode.Parse(Stored.ToJson(read)));
                Assert.True(lost is null, $"{name}, as the store reads it: {lost} is lost.");
            }

            if (!type.IsAssignableTo(typeof(IMessage))) continue;
            Assert.Equal(frozen["urn"]!.GetValue<string>(), MessageUrn.ForTypeString(type));
            foreach (var sample in frozen["sent"]!.AsArray())
            {
                var lost = Lost("$", sample, JsonSerializer.SerializeToNode(sample.Deserialize(type, Sent), type, Sent));
                Assert.True(lost is null, $"{name}, as a consumer reads it: {lost} is lost.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Everything_that_is_stored_or_sent_is_frozen(string file)
    {
        var frozen = Read(file);
        var own = (file == "Contracts" ? Messages : Events).Where(type => type.Assembly.GetName().Name == $"DevPortal.{file}").ToArray();
        var missing = new JsonObject();
        Assert.NotEmpty(own);
        foreach (var type in own)
        {
            var now = Samples.Of(type).Select(sample => JsonNode.Parse(Stored.ToJson(sample))!).ToArray();
            var known = frozen[type.FullName!]?["samples"]?.AsArray().SelectMany(sample => Paths("$", sample)).ToHashSet() ?? [];
            if (now.SelectMany(sample => Paths("$", sample)).All(known.Contains)) continue;
            var entry = new JsonObject { ["is"] = NameInStore(type) };
            entry["samples"] = new JsonArray([.. now]);
            if (type.IsAssignableTo(typeof(IMessage)))
            {
                entry["urn"] = MessageUrn.ForTypeString(type);
                entry["sent"] = new JsonArray([.. Samples.Of(type).Select(sample => JsonSerializer.SerializeToNode(sample, type, Sent))]);
            }

            missing[type.FullName!] = entry;
        }
        foreach (var type in Messages.Concat(Events).SelectMany(Samples.EnumsOf).Distinct().Where(type => type.Assembly.GetName().Name == $"DevPortal.{file}"))
        {
            var words = Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, type, Json.Options)!.GetValue<string>()).ToArray();
            if (words.All((frozen[type.FullName!]?["words"]?.AsArray().Select(word => word!.GetValue<string>()) ?? []).Contains)) continue;
            missing[type.FullName!] = new JsonObject { ["words"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]) };
        }

        Assert.True(missing.Count == 0, $"Not frozen yet. Add this to tests/Contracts.Tests/Frozen/{file}.json, beside the samples that are there (of a type that grew: the new sample only):\n{missing.ToJsonString(Readable)}");
    }

    /// <summary>The first value of the sample that is not in what was read.</summary>
    static string? Lost(string path, JsonNode? sample, JsonNode? read) => (sample, read) switch
    {
        (JsonObject was, JsonObject now) => was.Select(member => now.ContainsKey(member.Key) || member.Value is null ? Lost($"{path}.{member.Key}", member.Value, now[member.Key]) : $"{path}.{member.Key}").FirstOrDefault(lost => lost is not null),
        (JsonArray was, JsonArray now) => was.Count == now.Count ? was.Zip(now).Select((pair, at) => Lost($"{path}[{at}]", pair.First, pair.Second)).FirstOrDefault(lost => lost is not null) : path,
        _ => JsonNode.DeepEquals(sample, read) ? null : path,
    };

    /// <summary>Where there are values.</summary>
    static IEnumerable<string> Paths(string path, JsonNode? value) => value switch
    {
        JsonObject members => members.SelectMany(member => Paths($"{path}.{member.Key}", member.Value)),
        JsonArray items => items.SelectMany(item => Paths($"{path}[]", item)),
        null => [],
        _ => [path],
    };

    static string NameInStore(Type type) => type.GetEventTypeName();

    static Type? TypeOf(string name, string file) => System.Reflection.Assembly.Load($"DevPortal.{file}").GetType(name);

    static JsonObject Read(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Frozen", $"{file}.json")))!.AsObject();

    /// <summary>The store of a service as it is set up, with a database that nobody asks.</summary>
    static ISerializer AStore()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["ConnectionStrings:nowhere"] = "Host=nowhere";
        builder.AddEventStore("nowhere", new Announcing(_ => null), _ => { });
        return builder.Build().Services.GetRequiredService<IDocumentStore>().Options.Serializer();
    }
}
