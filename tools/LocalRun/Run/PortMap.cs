namespace DevPortal.LocalRun;

/// <summary>The port of everything that listens, kept from run to run so that addresses stay what they were.</summary>
/// <param name="given">Ports that are somebody's already, though he may not listen yet: a service with the gateway's port would be the gateway.</param>
internal sealed class PortMap(StateFolder state, params int[] given)
{
    private readonly Dictionary<string, int> ports = PrivateFile.ReadJson<Dictionary<string, int>>(state.Ports) ?? [];

    /// <summary>The port that this name had, or a new one where it never had one or somebody else has it now.</summary>
    public int For(string name)
    {
        if (!ports.TryGetValue(name, out var port) || given.Contains(port) || !Ports.IsFree(port))
        {
            do port = Ports.Free();
            while (given.Contains(port) || ports.ContainsValue(port));
            ports[name] = port;
            PrivateFile.WriteJson(state.Ports, ports);
        }

        return port;
    }
}
