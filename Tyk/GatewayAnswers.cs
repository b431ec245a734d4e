namespace DevPortal.Tyk;

/// <summary>Answer to a list of policies or APIs.</summary>
public abstract record Listing<T>
{
    private Listing()
    {
    }

    /// <summary>Everything the gateway holds, of all organisations. <see cref="Broken"/>: entries that could not be understood.</summary>
    public sealed record Listed(IReadOnlyList<T> Items, IReadOnlyList<string> Broken) : Listing<T>;

    /// <summary>Unreachable, timed out, or an answer that is none: try again later.</summary>
    public sealed record Failed(string Reason) : Listing<T>;
}

/// <summary>Answer to a create.</summary>
public abstract record KeyCreation
{
    private KeyCreation()
    {
    }

    /// <summary>The key is there. No hash = the gateway does not hash keys, see <see cref="SourceCheck"/>.</summary>
    public sealed record Created(KeyHash? Hash) : KeyCreation;

    /// <summary>400: this create will never be accepted.</summary>
    public sealed record Refused(string Message) : KeyCreation;

    /// <summary>Anything else. <see cref="MayStillLand"/>: no answer came, or a 5xx, so the key may be made even later; creates are upserts.</summary>
    public sealed record Failed(string Reason, bool MayStillLand) : KeyCreation;
}

/// <summary>Answer to a read.</summary>
public abstract record KeyRead
{
    private KeyRead()
    {
    }

    public sealed record Found(KeySession Session) : KeyRead;

    /// <summary>404. Not "gone": a gateway without its store says so too. Believe it only as <see cref="GatewayLane.BelievedAsync"/> does.</summary>
    public sealed record NoSuchKey : KeyRead;

    public sealed record Refused(string Message) : KeyRead;

    public sealed record Failed(string Reason) : KeyRead;
}

/// <summary>Answer to an update or a delete.</summary>
public abstract record KeyChange
{
    private KeyChange()
    {
    }

    public sealed record Done : KeyChange;

    /// <summary>404. Not "gone", see <see cref="KeyRead.NoSuchKey"/>.</summary>
    public sealed record NoSuchKey : KeyChange;

    public sealed record Refused(string Message) : KeyChange;

    /// <summary><see cref="MayStillLand"/>: no answer came, so the change may be made even later.</summary>
    public sealed record Failed(string Reason, bool MayStillLand) : KeyChange;
}

/// <summary>Answer to the list of keys.</summary>
public abstract record KeyListing
{
    private KeyListing()
    {
    }

    /// <summary>Hashes of all keys. Empty proves nothing by itself: a gateway without its store lists none.</summary>
    public sealed record Listed(IReadOnlyList<KeyHash> Hashes) : KeyListing;

    /// <summary>The gateway does not list hashed keys: unknown keys are "cannot tell", not zero.</summary>
    public sealed record Disabled : KeyListing;

    public sealed record Failed(string Reason) : KeyListing;
}

/// <summary>Answer to <c>/hello</c>. It proves nothing about the store: it notices a loss up to 10 s late, both ways.</summary>
public abstract record Hello
{
    private Hello()
    {
    }

    /// <summary><see cref="Status"/> and <see cref="Store"/> are <c>pass</c>, <c>warn</c> or <c>fail</c>; the store's may be missing right after a start.</summary>
    public sealed record Said(string Status, string? Version, string? Store) : Hello;

    public sealed record Failed(string Reason) : Hello;
}
