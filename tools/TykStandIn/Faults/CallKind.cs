namespace DevPortal.TykStandIn;

/// <summary>What a request asks of the gateway; faults are aimed and calls are counted by it.</summary>
public enum CallKind
{
    /// <summary>A key is created (any of the three paths).</summary>
    Create,

    /// <summary>One key is read.</summary>
    Read,

    /// <summary>A key is changed, its policies replaced included.</summary>
    Update,

    /// <summary>A key is deleted.</summary>
    Delete,

    /// <summary>Keys are listed.</summary>
    List,

    /// <summary>The effect of policies is previewed; nothing is stored.</summary>
    Preview,
    Policies,
    Apis,
    Reload,

    /// <summary><c>/hello</c> and <c>/ready</c>.</summary>
    Health,

    /// <summary>Anything else under <c>/tyk</c>.</summary>
    Other,

    /// <summary>A consumer's call through the data plane.</summary>
    Call,
}

static class CallKinds
{
    public static CallKind Of(HttpRequest request)
    {
        var parts = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (request.Method, parts) switch
        {
            ("GET" or "POST", ["hello" or "ready"]) => CallKind.Health,
            ("GET", ["tyk", "keys"]) => CallKind.List,
            ("GET", ["tyk", "keys", _]) => CallKind.Read,
            ("POST", ["tyk", "keys", "preview"]) => CallKind.Preview,
            ("POST", ["tyk", "keys", "policy", _]) => CallKind.Update,
            ("POST", ["tyk", "keys", ..]) => CallKind.Create,
            ("PUT", ["tyk", "keys", ..]) => CallKind.Update,
            ("DELETE", ["tyk", "keys", ..]) => CallKind.Delete,
            (_, ["tyk", "policies", ..]) => CallKind.Policies,
            (_, ["tyk", "apis", ..]) => CallKind.Apis,
            (_, ["tyk", "reload", ..]) => CallKind.Reload,
            (_, ["tyk", ..]) => CallKind.Other,
            _ => CallKind.Call,
        };
    }
}
