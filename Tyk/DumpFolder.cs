using System.Text.Json;

namespace DevPortal.Tyk;

/// <summary>
/// Reads a folder: a tyk-sync dump (by its <c>.tyk.json</c>, else by file names), or what an open-source gateway itself reads
/// (<c>policies.json</c> or a folder of policies, and <c>apps/</c>). One broken file is one error; the rest is read. Files outside the
/// folder are never opened.
/// </summary>
public static class DumpFolder
{
    private const long LargestFile = 64 * 1024 * 1024;
    private const string IndexName = ".tyk.json";

    /// <exception cref="DirectoryNotFoundException">The folder is not there (an empty answer would look as if everything had vanished).</exception>
    public static TykContent Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The folder {folder} does not exist.");
        }

        var reader = new Reader(Path.GetFullPath(folder));
        reader.ReadAll();
        return reader.Content();
    }

    private sealed class Reader(string root)
    {
        private readonly List<TykPolicy> policies = [];
        private readonly List<TykApi> apis = [];
        private readonly List<ReadError> errors = [];
        private readonly List<string> notes = [];

        public TykContent Content() => new(
            [.. Once(policies, policy => (policy.OrgId, policy.Id), ContentKind.Policy).OrderBy(policy => policy.Id, StringComparer.Ordinal)],
            TykApi.Combine(
                Once(apis.Where(api => !api.HasOpenApi), api => (api.OrgId, api.Id), ContentKind.Api),
                Once(apis.Where(api => api.HasOpenApi), api => (api.OrgId, api.Id), ContentKind.Api)),
            errors,
            notes);

        public void ReadAll()
        {
            if (!File.Exists(Path.Combine(root, IndexName)))
            {
                notes.Add($"there is no {IndexName}; files are taken by their names");
                ReadByNames();
            }
            else if (Text(IndexName, ContentKind.Policy) is { } text && !ReadByIndex(text))
            {
                errors.Add(new ReadError(ContentKind.Api, IndexName, "the index can't be read; files are taken by their names"));
                ReadByNames();
            }
        }

        private bool ReadByIndex(string text)
        {
            JsonElement index;
            try
            {
                index = JsonElement.Parse(text, TykJson.Tolerant);
            }
            catch (JsonException broken)
            {
                errors.Add(new ReadError(ContentKind.Policy, IndexName, BrokenJson.Describe(broken)));
                return false;
            }

            if (index.ValueKind != JsonValueKind.Object)
            {
                errors.Add(new ReadError(ContentKind.Policy, IndexName, "the index must be a JSON object"));
                return false;
            }

            foreach (var entry in Entries(index, "policies"))
            {
                ReadPolicies(entry.Text("file"), forcedId: entry.Text("id"));
            }

            foreach (var entry in Entries(index, "files"))
            {
                ReadApi(entry.Text("file"), new ApiOverrides(entry.Text("api_id"), entry.Text("org_id"), entry.Get("oas")?.Text("override_listen_path")));
            }

            return true;
        }

        private static JsonElement[] Entries(JsonElement index, string name) =>
            index.Get(name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

        private void ReadByNames()
        {
            foreach (var file in Names("policy-*.json").Concat(Names("policies.json")).Concat(Names("*.json", "policies")))
            {
                ReadPolicies(file, forcedId: null);
            }

            foreach (var file in Names("api-*.json").Concat(Names("oas-*.json")).Concat(Names("*.json", "apis")).Concat(Names("*.json", "apps")))
            {
                ReadApi(file, overrides: null);
            }
        }

        private IEnumerable<string> Names(string pattern, string subfolder = "")
        {
            var folder = Path.Combine(root, subfolder);
            return Directory.Exists(folder)
                ? Directory.EnumerateFiles(folder, pattern).Select(file => Path.Combine(subfolder, Path.GetFileName(file))).Order(StringComparer.Ordinal)
                : [];
        }

        // One policy, a list of them, a Dashboard's answer, or a map whose keys are the ids.
        private void ReadPolicies(string? file, string? forcedId)
        {
            if (Json(file, ContentKind.Policy) is not ({ } json, { } text))
            {
                return;
            }

            if ((json.ValueKind == JsonValueKind.Array ? json : json.Get("Data")) is { ValueKind: JsonValueKind.Array } list)
            {
                foreach (var (index, entry) in list.EnumerateArray().Index())
                {
                    Take(TykPolicy.Parse(entry), policies, ContentKind.Policy, $"{file} entry {index + 1}");
                }
            }
            else if (forcedId is null && IsPolicyMap(json, file!))
            {
                foreach (var entry in json.EnumerateObject())
                {
                    Take(TykPolicy.Parse(entry.Value, forcedId: entry.Name), policies, ContentKind.Policy, $"{file} entry {entry.Name}");
                }
            }
            else
            {
                var name = Path.GetFileNameWithoutExtension(file!);
                var fallback = name.StartsWith("policy-", StringComparison.Ordinal) ? name["policy-".Length..] : name;
                Take(TykPolicy.Parse(json, text, fallback, forcedId), policies, ContentKind.Policy, file!);
            }
        }

        private static bool IsPolicyMap(JsonElement json, string file) =>
            json.ValueKind == JsonValueKind.Object
            && !IsPolicy(json)
            && json.EnumerateObject().All(entry => entry.Value.ValueKind == JsonValueKind.Object)
            && (json.EnumerateObject().Any(entry => IsPolicy(entry.Value))
                || (!json.EnumerateObject().Any() && Path.GetFileName(file) == "policies.json"));

        private static bool IsPolicy(JsonElement json) =>
            json.ValueKind == JsonValueKind.Object
            && (json.TryGetProperty("access_rights", out _) || json.TryGetProperty("access_rights_array", out _)
                || json.TryGetProperty("partitions", out _)
                || json.Get("rate") is { ValueKind: JsonValueKind.Number } || json.Get("quota_max") is { ValueKind: JsonValueKind.Number });

        private void ReadApi(string? file, ApiOverrides? overrides)
        {
            if (Json(file, ContentKind.Api) is ({ } json, { } text))
            {
                Take(TykApi.Parse(json, text, overrides), apis, ContentKind.Api, file!);
            }
        }

        private void Take<T>(ReadResult<T> result, List<T> into, ContentKind kind, string where)
        {
            switch (result)
            {
                case ReadResult<T>.Read(var value):
                    into.Add(value);
                    break;
                case ReadResult<T>.Broken(var reason):
                    errors.Add(new ReadError(kind, where, reason));
                    break;
            }
        }

        private List<T> Once<T, TKey>(IEnumerable<T> all, Func<T, TKey> identity, ContentKind kind)
        {
            var once = new List<T>();
            foreach (var same in all.GroupBy(identity))
            {
                once.Add(same.First());
                if (same.Skip(1).Any())
                {
                    errors.Add(new ReadError(kind, $"{same.Key}", "this identity stands in more than one file; the first is taken"));
                }
            }

            return once;
        }

        private (JsonElement? Json, string? Text) Json(string? file, ContentKind kind)
        {
            // tyk-sync itself skips entries without a file.
            if (string.IsNullOrWhiteSpace(file) || Text(file, kind) is not { } text)
            {
                return (null, null);
            }

            try
            {
                return (JsonElement.Parse(text, TykJson.Tolerant), text);
            }
            catch (JsonException broken)
            {
                errors.Add(new ReadError(kind, file, BrokenJson.Describe(broken)));
                return (null, null);
            }
        }

        private string? Text(string file, ContentKind kind)
        {
            if (Inside(file) is not { } path)
            {
                errors.Add(new ReadError(kind, file, "the path leaves the folder"));
                return null;
            }

            try
            {
                var info = new FileInfo(path);
                if (!info.Exists)
                {
                    errors.Add(new ReadError(kind, file, "the index names it, but it is not there"));
                    return null;
                }

                if (info.Length > LargestFile)
                {
                    errors.Add(new ReadError(kind, file, $"it is larger than {LargestFile / (1024 * 1024)} MB"));
                    return null;
                }

                // Takes a byte order mark off.
                return File.ReadAllText(path);
            }
            catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
            {
                errors.Add(new ReadError(kind, file, "it can't be opened"));
                return null;
            }
        }

        // A link is followed only inside the folder: mounted configuration consists of links.
        private string? Inside(string file)
        {
            if (Path.IsPathRooted(file) || file.Contains('\0') || file.Split('/', '\\').Contains("..") || file.Contains(':'))
            {
                return null;
            }

            var path = Path.GetFullPath(Path.Combine(root, file));
            if (!IsUnder(path) || (File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target && !IsUnder(target.FullName)))
            {
                return null;
            }

            for (var folder = Path.GetDirectoryName(path)!; IsUnder(folder); folder = Path.GetDirectoryName(folder)!)
            {
                if (Directory.Exists(folder) && Directory.ResolveLinkTarget(folder, returnFinalTarget: true) is { } real && !IsUnder(real.FullName))
                {
                    return null;
                }
            }

            return path;
        }

        private bool IsUnder(string path) => path.StartsWith(root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }
}
