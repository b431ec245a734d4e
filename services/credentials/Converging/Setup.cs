namespace DevPortal.Credentials;

static class Setup
{
    /// <summary>Sources, keys, and the workers that make the gateway what the streams say.</summary>
    public static void AddConverging(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<KeyOptions>().BindConfiguration("").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<TykOptions>().BindConfiguration("Tyk").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ConvergeOptions>().BindConfiguration("Converging").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Installation>().AddSingleton<KeyVault>().AddSingleton<TykSources>().AddSingleton<WakeUp>();
        services.AddSingleton<EnsureKey>().AddSingleton<CheckKey>().AddSingleton<RemoveKey>().AddSingleton<Converge>();
        services.AddHostedService<ConvergeWorkers>().AddHostedService<SweepDue>().AddHostedService<WatchSources>();
        services.AddHealthChecks().AddCheck<SourcesHealth>("tyk");
    }
}
