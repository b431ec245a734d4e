namespace DevPortal.TykStandIn;

/// <summary>Lets the current fault happen to a call.</summary>
static class FaultInjection
{
    public static void UseFaults(this WebApplication app, FaultSwitch faults, CallCounts calls) => app.Use(async (context, next) =>
    {
        var kind = CallKinds.Of(context.Request);
        calls.Add(kind);
        if (faults.Take(kind) is { } fault) await Happen(fault, kind, context, next);
        else await next(context);
    });

    static async Task Happen(Fault fault, CallKind kind, HttpContext context, RequestDelegate next)
    {
        switch (fault.Kind)
        {
            case FaultKind.Error500:
                await (kind == CallKind.Create ? WriteKeys.NotCreated() : Answers.Error(500, "Internal error")).ExecuteAsync(context);
                break;
            case FaultKind.Timeout:
                await Wait(fault.DelayMs ?? Timeout.Infinite, context);
                context.Abort();
                break;
            case FaultKind.Slow:
                await Wait(fault.DelayMs ?? 3000, context);
                await next(context);
                break;
            case FaultKind.LostAnswer:
                context.Response.Body = new MemoryStream();
                await next(context);
                context.Abort();
                break;
            case FaultKind.StoreDown:
                await WithoutStore(fault, kind, context, next);
                break;
        }
    }

    static async Task WithoutStore(Fault fault, CallKind kind, HttpContext context, RequestDelegate next)
    {
        switch (kind)
        {
            case CallKind.Create:
                await Wait(fault.CreateDelayMs, context);
                await WriteKeys.NotCreated().ExecuteAsync(context);
                break;
            case CallKind.Read:
                await Keys.NotFound().ExecuteAsync(context);
                break;
            case CallKind.Update:
                await WriteKeys.NotUpdated().ExecuteAsync(context);
                break;
            case CallKind.Delete:
                await Keys.NothingToDelete().ExecuteAsync(context);
                break;
            case CallKind.List:
                await Keys.Listed([]).ExecuteAsync(context);
                break;
            case CallKind.Call:
                context.Items[DataPlane.NoStore] = true;
                await next(context);
                break;
            default:
                await next(context);
                break;
        }
    }

    /// <summary>Ends early when the caller gives up or the gateway stops; what then follows happens all the same, as at a real server.</summary>
    static async Task Wait(int milliseconds, HttpContext context) =>
        await Task.Delay(milliseconds, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
