namespace DevPortal.Testing;

public interface ITestBroker : ITestServer
{
    /// <summary>Makes a virtual host; its amqp URI.</summary>
    Task<string> AddVirtualHostAsync(string name);
}
