using DevPortal.Portal.Api;

namespace DevPortal.Portal.Web;

/// <summary>Names of people, who are ids everywhere but in identity.</summary>
static class People
{
    /// <summary>Of those that the visitor may see; the others have no entry.</summary>
    public static async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(this PublicApi api, IEnumerable<Guid?> people)
    {
        var ids = people.OfType<Guid>().Distinct().Take(100).ToArray();
        if (ids.Length == 0) return new Dictionary<Guid, string>();
        var names = await api.GetAsync<Page<Named>>("/api/identity/names?" + string.Join('&', ids.Select(id => $"ids={id}")));
        return names.Items.ToDictionary(person => person.Id, person => person.Name);
    }
}
