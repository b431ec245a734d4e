using DevPortal.Contracts.TykSync;
using DevPortal.Tyk;
using DevPortal.TykSync.Objects;

namespace DevPortal.TykSync.Runs;

/// <summary>What is known of one source, by stream id.</summary>
public sealed record Known(IReadOnlyDictionary<Guid, KnownPolicy> Policies, IReadOnlyDictionary<Guid, KnownApi> Apis);

/// <summary>One event for one object. <paramref name="Version"/> is the stream's before it; 0 = a new stream.</summary>
public sealed record ObjectChange(Guid Id, long Version, object Event);

/// <summary>
/// What a run does: <paramref name="Changes"/> always; <paramref name="Hides"/> unless <paramref name="AsksBecause"/> says why an admin has to
/// confirm them first.
/// </summary>
public sealed record RunPlan(
    IReadOnlyList<ObjectChange> Changes, IReadOnlyList<ObjectChange> Hides, IReadOnlyList<Hiding> Hidings, string? AsksBecause, RunCounts Counts, RunLine[] Lines);

/// <summary>Compares what is known with what was read. Pure.</summary>
public static class PlanRun
{
    /// <summary>More lines than this are cut from a run's report.</summary>
    public const int MostLines = 5000;

    const int MostHides = 20, FewHides = 3, HidesPerHundred = 5;
    const string Vanished = "vanished from the source";

    /// <summary>The one organisation of a source: the configured one, else the only one in it.</summary>
    /// <returns>Null and a reason where there are several; null alone where there is none.</returns>
    public static (string? OrgId, string? Problem) Organisation(string? configured, TykContent read)
    {
        if (configured is not null) return (configured, null);
        var found = read.Policies.Select(policy => policy.OrgId).Concat(read.Apis.Select(api => api.OrgId)).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        return found.Count <= 1
            ? (found.FirstOrDefault(), null)
            : (null, $"the source holds {found.Count} organisations ({string.Join(", ", found.Take(5))}): set its OrgId to the one that is meant");
    }

    /// <param name="source">Its name.</param>
    /// <param name="orgId">Its organisation; null imports nothing.</param>
    /// <param name="publicUrl">Where consumers reach it.</param>
    /// <param name="known">What is known of it.</param>
    /// <param name="read">What was read just now.</param>
    /// <param name="runId">Named in the events.</param>
    /// <param name="now">Time of the events.</param>
    public static RunPlan Plan(string source, string? orgId, Uri? publicUrl, Known known, TykContent read, Guid runId, DateTimeOffset now)
    {
        var draft = new Draft(runId, now);
        foreach (var note in read.Notes) draft.Report(LineAction.Note, "source", source, null, note);
        foreach (var error in read.Errors) draft.Report(LineAction.Error, Word(error.Kind), error.Where, null, error.Reason);
        PlanApis(draft, source, orgId, publicUrl, known, read);
        PlanPolicies(draft, source, orgId, known, read);
        return draft.Finish(read, AsksBecause(draft.Hidden, known));
    }

    static void PlanApis(Draft draft, string source, string? orgId, Uri? publicUrl, Known known, TykContent read)
    {
        var seen = new HashSet<Guid>();
        foreach (var api in read.Apis)
        {
            if (Foreign(api.OrgId, orgId) is { } foreign)
            {
                draft.Report(LineAction.NotImported, "api", api.Id, api.Name, foreign);
                continue;
            }

            var id = ApiFacts.IdOf(source, api.OrgId!, api.Id);
            if (!seen.Add(id)) continue;
            draft.Compare(id, known.Apis.GetValueOrDefault(id), ApiFacts.Of(source, publicUrl, api), api.Raw);
        }

        foreach (var gone in known.Apis.Values.Where(api => !seen.Contains(api.Id)).OrderBy(api => api.Facts.ApiId, StringComparer.Ordinal))
        {
            if (CanNotTell(read, ContentKind.Api) is { } because && gone.Facts.HiddenBecause is null) draft.Report(LineAction.Kept, "api", gone.Facts.ApiId, gone.Facts.Name, because);
            else draft.Compare(gone.Id, gone, gone.Facts with { HiddenBecause = Vanished }, null);
        }
    }

    static void PlanPolicies(Draft draft, string source, string? orgId, Known known, TykContent read)
    {
        var apis = read.Apis.Where(api => api.OrgId == orgId).Select(api => api.Id).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<Guid>();
        foreach (var policy in read.Policies.OrderBy(policy => policy.Id, StringComparer.Ordinal))
        {
            if (Foreign(policy.OrgId, orgId) is { } foreign)
            {
                draft.Report(LineAction.NotImported, "policy", policy.Id, policy.Name, foreign);
                continue;
            }

            var id = PolicyFacts.IdOf(source, policy.OrgId!, policy.Id);
            if (!seen.Add(id)) continue;
            var before = known.Policies.GetValueOrDefault(id);
            switch (ClassifyPolicy.Classify(policy))
            {
                case PolicyClass.Neither(_, var reason):
                    draft.Report(LineAction.NotImported, "policy", policy.Id, policy.Name, reason);
                    if (before is not null) draft.Compare(id, before, before.Facts with { HiddenBecause = before.Facts.Kind == PolicyKind.Product ? $"no product any more: {reason}" : $"no plan any more: {reason}" }, null);
                    break;
                case var kind:
                    var now = kind is PolicyClass.Product ? PolicyKind.Product : PolicyKind.Plan;
                    if (before is not null && before.Facts.Kind != now)
                    {
                        // Credentials hold it as what it was; as something else it has to come under another id.
                        draft.Compare(id, before, before.Facts with
                        {
                            HiddenBecause = now == PolicyKind.Plan ? "a product became a plan: give the plan a policy id of its own" : "a plan became a product: give the product a policy id of its own",
                        }, null);
                        break;
                    }

                    var warnings = now == PolicyKind.Product ? Warnings(policy, apis) : [];
                    foreach (var warning in warnings) draft.Report(LineAction.Warning, Word(now), policy.Id, policy.Name, warning);
                    draft.Compare(id, before, PolicyFacts.Of(source, policy, now, warnings), policy.Raw);
                    break;
            }
        }

        foreach (var gone in known.Policies.Values.Where(policy => !seen.Contains(policy.Id)).OrderBy(policy => policy.Facts.PolicyId, StringComparer.Ordinal))
        {
            if (CanNotTell(read, ContentKind.Policy) is { } because && gone.Facts.HiddenBecause is null)
                draft.Report(LineAction.Kept, Word(gone.Facts.Kind), gone.Facts.PolicyId, gone.Facts.Name, because);
            else draft.Compare(gone.Id, gone, gone.Facts with { HiddenBecause = Vanished }, null);
        }
    }

    static string[] Warnings(TykPolicy product, HashSet<string> apis) => product.Rights.Count == 0
        ? ["it opens no API"]
        : [.. product.Rights.Keys.Where(api => !apis.Contains(api)).Order(StringComparer.Ordinal).Select(api => $"it opens API {api}, which is not there")];

    static string? Foreign(string? orgId, string? ours) =>
        orgId is null ? "it has no org_id, so a key with a chosen id does not work with it: set org_id"
        : orgId != ours ? $"it belongs to another organisation ({orgId})"
        : null;

    // Which object a broken file held is not certain, so none of its kind is hidden for being absent.
    static string? CanNotTell(TykContent read, ContentKind kind) =>
        read.Errors.Any(error => error.Kind == kind) ? "it is absent, but something of its kind could not be read: not hidden" : null;

    static string? AsksBecause(List<string> hidden, Known known)
    {
        if (hidden.Count > MostHides) return $"it would hide {hidden.Count} objects, more than {MostHides} at once";
        foreach (var kind in hidden.GroupBy(kind => kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var shown = kind.Key == "api"
                ? known.Apis.Values.Count(api => api.Facts.HiddenBecause is null)
                : known.Policies.Values.Count(policy => policy.Facts.HiddenBecause is null && Word(policy.Facts.Kind) == kind.Key);
            if (kind.Count() >= FewHides && kind.Count() * 100 > shown * HidesPerHundred)
            {
                return kind.Key switch
                {
                    "api" => $"it would hide {kind.Count()} of {shown} apis, more than {HidesPerHundred} %",
                    "product" => $"it would hide {kind.Count()} of {shown} products, more than {HidesPerHundred} %",
                    _ => $"it would hide {kind.Count()} of {shown} plans, more than {HidesPerHundred} %",
                };
            }
        }

        return null;
    }

    static string Word(PolicyKind kind) => kind == PolicyKind.Product ? "product" : "plan";

    static string Word(ContentKind kind) => kind == ContentKind.Policy ? "policy" : "api";

    sealed class Draft(Guid runId, DateTimeOffset now)
    {
        readonly List<ObjectChange> changes = [], hides = [];
        readonly List<Hiding> hidings = [];
        readonly List<RunLine> done = [], toHide = [], reports = [];
        int unchanged;

        /// <summary>Kind of each object that would be hidden.</summary>
        public List<string> Hidden { get; } = [];

        public void Report(LineAction action, string kind, string id, string? name, string? detail) => reports.Add(new(action, kind, id, name, detail));

        public void Compare(Guid id, KnownPolicy? before, PolicyFacts after, string? raw)
        {
            var fields = before?.Facts.ChangesTo(after) ?? [];
            Add(id, before?.Revision, Step(before is null, before?.Facts.HiddenBecause, after.HiddenBecause, fields), Word(after.Kind), after.PolicyId, after.Name, after.HiddenBecause, fields, step => step switch
            {
                LineAction.Imported => new PolicyImported(after, raw!, runId, now),
                LineAction.Hidden => new PolicyHidden(after, runId, now),
                LineAction.Returned => new PolicyReturned(after, fields, raw!, runId, now),
                _ => new PolicyChanged(after, fields, raw, runId, now),
            });
        }

        public void Compare(Guid id, KnownApi? before, ApiFacts after, string? raw)
        {
            var fields = before?.Facts.ChangesTo(after) ?? [];
            Add(id, before?.Revision, Step(before is null, before?.Facts.HiddenBecause, after.HiddenBecause, fields), "api", after.ApiId, after.Name, after.HiddenBecause, fields, step => step switch
            {
                LineAction.Imported => new ApiImported(after, raw!, runId, now),
                LineAction.Hidden => new ApiHidden(after, raw, runId, now),
                LineAction.Returned => new ApiReturned(after, fields, raw!, runId, now),
                _ => new ApiChanged(after, fields, raw, runId, now),
            });
        }

        public RunPlan Finish(TykContent read, string? asksBecause)
        {
            int Count(LineAction action) => reports.Count(line => line.Action == action);
            int Done(LineAction action) => done.Count(line => line.Action == action);
            var hidden = toHide.Select(line => line with { Action = asksBecause is null ? LineAction.Hidden : LineAction.ToHide });
            return new RunPlan(
                changes, hides, hidings, asksBecause,
                new RunCounts(
                    read.Policies.Count, read.Apis.Count, Done(LineAction.Imported), Done(LineAction.Changed), Done(LineAction.Returned),
                    asksBecause is null ? hides.Count : 0, asksBecause is null ? 0 : hides.Count, unchanged, Count(LineAction.NotImported),
                    Count(LineAction.Warning), Count(LineAction.Error)),
                [.. hidden.Concat(reports.Where(line => line.Action == LineAction.Error)).Concat(done)
                    .Concat(reports.Where(line => line.Action != LineAction.Error)).Take(MostLines)]);
        }

        static LineAction? Step(bool isNew, string? hiddenBefore, string? hiddenAfter, FieldChange[] fields) =>
            isNew ? LineAction.Imported
            : hiddenBefore is null && hiddenAfter is not null ? LineAction.Hidden
            : hiddenBefore is not null && hiddenAfter is null ? LineAction.Returned
            : fields.Length > 0 ? LineAction.Changed
            : null;

        void Add(
            Guid id, long? version, LineAction? step, string kind, string atTyk, string name, string? hiddenBecause, FieldChange[] fields, Func<LineAction, object> happened)
        {
            if (step is not { } action)
            {
                unchanged++;
                return;
            }

            var change = new ObjectChange(id, version ?? 0, happened(action));
            if (action == LineAction.Hidden)
            {
                hides.Add(change);
                hidings.Add(new Hiding(id, change.Version, hiddenBecause!));
                Hidden.Add(kind);
                toHide.Add(new RunLine(action, kind, atTyk, name, hiddenBecause));
                return;
            }

            changes.Add(change);
            done.Add(new RunLine(action, kind, atTyk, name, action == LineAction.Changed ? string.Join(", ", fields.Select(field => field.Field)) : hiddenBecause));
        }
    }
}
