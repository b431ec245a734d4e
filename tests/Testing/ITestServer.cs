namespace DevPortal.Testing;

/// <summary>A PostgreSQL server or a RabbitMQ node that a test may use and, where it is the test's own, break.</summary>
public interface ITestServer : IAsyncDisposable
{
    /// <summary>PostgreSQL: a connection string without a database. RabbitMQ: an amqp URI of the default virtual host. Stays the same through stops and starts.</summary>
    string Address { get; }

    /// <summary>Where it came from, in words for the test output.</summary>
    string Origin { get; }

    /// <summary>Stops it in good order: connections are closed, new ones are refused.</summary>
    Task StopAsync();

    /// <summary>Starts it again with the data that it had.</summary>
    Task StartAsync();

    /// <summary>Freezes it: connections stay open and nothing answers.</summary>
    Task PauseAsync();

    Task ResumeAsync();
}
