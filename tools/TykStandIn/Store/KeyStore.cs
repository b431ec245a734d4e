
namespace DevPortal.TykStandIn;

/// <summary>The keys' records by hash (or token, at a gateway that does not hash). A write is on disk before it returns.</summary>
sealed class KeyStore
{
    const string Folder = "keys";

    readonly FileShelf shelf;
    readonly KeyTokens tokens;

    // As text, so that nobody changes a stored record by changing what was handed out.
    readonly Dictionary<string, string> records = [];

    public KeyStore(FileShelf shelf, KeyTokens tokens)
    {
        (this.shelf, this.tokens) = (shelf, tokens);
        foreach (var text in shelf.ReadAll(Folder))
        {
            if (TykJson.Read<StoredRecord>(text) is { } stored) records[stored.Id] = TykJson.Write(stored.Session);
        }
    }

    public IReadOnlyCollection<string> Ids => records.Keys;

    public bool Has(string id) => records.ContainsKey(id);

    /// <param name="organisation">Whose key it is; a chosen id is found only together with it.</param>
    /// <param name="key">A token, a chosen id, or with <paramref name="hashed"/> the hash.</param>
    public FoundKey? Find(string organisation, string key, bool hashed)
    {
        if (hashed) return Get(key, key);
        if (KeyTokens.OrganisationOf(key) != organisation && tokens.Wrap(organisation, key) is { } token && Get(tokens.StoredAs(token), token) is { } found)
            return found;
        return Get(tokens.StoredAs(key), key);
    }

    public Session? Get(string id) => records.TryGetValue(id, out var text) ? TykJson.Read<Session>(text) : null;

    public void Put(string id, Session session)
    {
        records[id] = TykJson.Write(session);
        shelf.Write(Folder, id, TykJson.Write(new StoredRecord(id, session)));
    }

    public void Remove(string id)
    {
        records.Remove(id);
        shelf.Delete(Folder, id);
    }

    FoundKey? Get(string id, string name) => Get(id) is { } session ? new(id, name, session) : null;

    sealed record StoredRecord(string Id, Session Session);
}

/// <param name="Id">What the record is stored under.</param>
/// <param name="Name">How answers name the key: the token, or the hash when it was asked for by hash.</param>
sealed record FoundKey(string Id, string Name, Session Session);
