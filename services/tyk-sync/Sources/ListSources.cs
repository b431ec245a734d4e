using DevPortal.TykSync.Runs;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace DevPortal.TykSync.Sources;

/// <summary>The sources as they are configured, each with its last run. They are configuration: nobody changes them here.</summary>
public static class ListSources
{
    /// <param name="Name">Name in the configuration.</param>
    /// <param name="Kind">Gateway or folder.</param>
    /// <param name="Path">Folder that is read.</param>
    /// <param name="Url">Gateway's control API.</param>
    /// <param name="OrgId">Its organisation; null: the only one that is found in it.</param>
    /// <param name="Tags">Labels.</param>
    /// <param name="PublicUrl">Where consumers reach the gateway.</param>
    /// <param name="IssuesCredentials">A folder without a gateway's URL and secret shows products that can't be requested.</param>
    /// <param name="LastRun">Null before the first.</param>
    public sealed record Output(
        string Name, SourceKind Kind, string? Path, Uri? Url, string? OrgId, string[] Tags, Uri? PublicUrl, bool IssuesCredentials, RunSummary? LastRun);

    public sealed record Sources(IReadOnlyList<Output> Items);

    public static void MapListSources(this IEndpointRouteBuilder sync) => sync.MapGet("/sources", Handle).WithName(nameof(ListSources));

    static async Task<Ok<Sources>> Handle(IOptions<TykOptions> options, IQuerySession session, CancellationToken cancel)
    {
        var items = new List<Output>();
        foreach (var source in options.Value.Configured())
        {
            var last = await session.Query<Run>().Where(run => run.Source == source.Name).OrderByDescending(run => run.RequestedAt).FirstOrDefaultAsync(cancel);
            items.Add(new Output(
                source.Name, source.Kind, source.Path, WithoutPassword(source.Url), source.OrgId, source.Tags, source.PublicUrl,
                source is { Url: not null, Secret: not null }, last is null ? null : RunSummary.Of(last)));
        }

        return TypedResults.Ok(new Sources(items));
    }

    static Uri? WithoutPassword(Uri? url) => url is null ? null : new UriBuilder(url) { UserName = "", Password = "" }.Uri;
}
