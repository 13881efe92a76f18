namespace K8sRecorder.Integration.Capture;

/// <summary>
/// Files that the agent sees as <c>/etc/hosts</c> and <c>/etc/resolv.conf</c>, and nobody else: who runs already, as the sidecar, goes on seeing those from
/// before, which are other files.
/// </summary>
internal sealed class AgentFiles : IDisposable
{
    private readonly string _hosts;
    private readonly string _resolvers;
    private readonly string _before;

    public AgentFiles(CapturePod pod, string hosts, string? resolvers = null)
    {
        var folder = $"/etc/netns/{pod.Agent.Name}";
        (_hosts, _resolvers) = (Path.Combine(folder, "hosts"), Path.Combine(folder, "resolv.conf"));
        _before = folder + ".resolv.conf"; // elsewhere: all files of that folder are mounted
        File.WriteAllText(_hosts, hosts);
        File.Move(_resolvers, _before);
        if (resolvers is null)
            File.Copy(_before, _resolvers);
        else
            File.WriteAllText(_resolvers, resolvers);
    }

    public void Dispose()
    {
        File.Delete(_hosts);
        File.Move(_before, _resolvers, overwrite: true);
    }
}
