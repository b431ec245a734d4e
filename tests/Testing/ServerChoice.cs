using DevPortal.LocalRun;

namespace DevPortal.Testing;

/// <summary>
/// Takes a server from the first place that has one: the environment, a container engine, this machine's own binaries.
/// <c>DEVPORTAL_TEST_SERVERS=external|containers|native</c> allows one place only.
/// </summary>
internal static class ServerChoice
{
    private const string PostgresVariable = "DEVPORTAL_TEST_POSTGRES";
    private const string RabbitMqVariable = "DEVPORTAL_TEST_RABBITMQ";
    private const string ManagementVariable = "DEVPORTAL_TEST_RABBITMQ_MANAGEMENT";

    private static readonly string? Forced = Environment.GetEnvironmentVariable("DEVPORTAL_TEST_SERVERS");

    /// <param name="own">The test means to break it, so one that is not ours will not do.</param>
    public static Task<ITestServer> PostgresAsync(bool own) => ChooseAsync<ITestServer>(
        own ? null : External(PostgresVariable),
        async () => await ContainerPostgresServer.StartNewAsync(),
        NativePostgres.FindBinaries() is null ? null : async () => await NativePostgresServer.StartNewAsync(),
        "PostgreSQL");

    /// <inheritdoc cref="PostgresAsync"/>
    public static Task<ITestBroker> RabbitMqAsync(bool own) => ChooseAsync<ITestBroker>(
        own ? null : External(RabbitMqVariable),
        async () => await ContainerRabbitMqServer.StartNewAsync(),
        NativeRabbitMq.FindBinaries() is null ? null : async () => await NativeRabbitMqServer.StartNewAsync(),
        "RabbitMQ");

    private static async Task<T> ChooseAsync<T>(T? external, Func<Task<T>> container, Func<Task<T>>? native, string what)
        where T : class, ITestServer
    {
        switch (Forced)
        {
            case "external":
                return external ?? throw new InvalidOperationException(
                    $"{what}: DEVPORTAL_TEST_SERVERS=external, but none is named by the environment, or a test needs one of its own.");
            case "containers":
                return await container();
            case "native":
                return native is null ? throw new InvalidOperationException($"{what} is not installed.") : await native();
            case not (null or ""):
                throw new InvalidOperationException($"DEVPORTAL_TEST_SERVERS={Forced}: external, containers or native.");
        }

        if (external is not null) return external;
        if (native is null) return await container();
        try
        {
            return await container();
        }
        catch (Exception noEngine)
        {
            // No engine, or one that cannot fetch the image: both leave the native server, and the reason is told.
            await Console.Error.WriteLineAsync($"{what}: no container ({noEngine.Message.Split('\n')[0]})");
            return await native();
        }
    }

    private static ExternalServer? External(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } address
            ? new(address, variable, Environment.GetEnvironmentVariable(ManagementVariable) is { Length: > 0 } management ? new(management) : null)
            : null;
}
