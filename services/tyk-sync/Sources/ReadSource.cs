using DevPortal.Tyk;

namespace DevPortal.TykSync.Sources;

/// <summary>What a source said.</summary>
public abstract record SourceRead
{
    SourceRead() { }

    public sealed record Content(TykContent Read) : SourceRead;

    /// <summary>Nothing of it counts, since a part would look as if the rest had vanished.</summary>
    public sealed record Failed(string Reason) : SourceRead;
}

/// <summary>Reads everything that a source holds.</summary>
public static class ReadSource
{
    // Lists of thousands of APIs are tens of megabytes.
    static readonly GatewayTimeouts Patient = new(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(60));

    public static Task<SourceRead> ReadAsync(TykSource source, CancellationToken cancel) =>
        source.Kind == SourceKind.Folder ? Task.Run(() => ReadFolder(source.Path!), cancel) : ReadGatewayAsync(source, cancel);

    static SourceRead ReadFolder(string path)
    {
        try
        {
            return new SourceRead.Content(DumpFolder.Read(path));
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            return new SourceRead.Failed($"the folder {path} can't be read: {denied.Message}");
        }
    }

    static async Task<SourceRead> ReadGatewayAsync(TykSource source, CancellationToken cancel)
    {
        using var lane = new GatewayLane(new GatewayAddress(source.Url!, source.Secret!, source.OrgId ?? ""), Patient);
        var policies = await lane.Gateway.Policies(cancel);
        if (policies is not Listing<TykPolicy>.Listed(var policyList, var brokenPolicies)) return Failed(policies);
        var oas = await lane.Gateway.OasApis(cancel);
        if (oas is not Listing<TykApi>.Listed(var oasList, var brokenOas)) return Failed(oas);
        var classic = await lane.Gateway.Apis(oasList.Select(api => (api.OrgId, api.Id)).ToHashSet(), cancel);
        if (classic is not Listing<TykApi>.Listed(var classicList, var brokenClassic)) return Failed(classic);
        if (classicList.Any(api => api.IsOas))
        {
            // Made between the two reads: as a classic one it would stand without its document until the next run.
            oas = await lane.Gateway.OasApis(cancel);
            if (oas is not Listing<TykApi>.Listed(var younger, var stillBroken)) return Failed(oas);
            // What only the first list had is left out of the classic one: it stays for this run.
            (oasList, brokenOas) = ([.. younger, .. oasList], stillBroken);
        }

        return new SourceRead.Content(new TykContent(
            policyList,
            TykApi.Combine(classicList, oasList),
            [
                .. brokenPolicies.Select(reason => new ReadError(ContentKind.Policy, "/tyk/policies", reason)),
                .. brokenClassic.Concat(brokenOas).Select(reason => new ReadError(ContentKind.Api, "/tyk/apis", reason)),
            ],
            []));
    }

    static SourceRead.Failed Failed<T>(Listing<T> answer) => new(answer is Listing<T>.Failed(var reason) ? reason : "no answer");
}
