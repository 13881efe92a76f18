namespace K8sRecorder.Testing.Net;

/// <summary>
/// A pod and the world: two namespaces and a cable. The agent's has eth0 with a route to everywhere; outside is everywhere: it owns
/// the addresses that are reserved for documentation.
/// </summary>
public sealed class NetworkPair : IDisposable
{
    /// <summary>The pod's addresses.</summary>
    public const string PodV4 = "10.77.0.2", PodV6 = "fd77::2";

    /// <summary>The other end of the cable, as the node is for a pod.</summary>
    public const string NodeV4 = "10.77.0.1", NodeV6 = "fd77::1", NodeLinkLocal = "fe80::77";

    /// <summary>Somebody on the internet.</summary>
    public const string FarV4 = "192.0.2.1", FarV6 = "2001:db8::1";

    private static readonly Lazy<string?> Absent = new(Try);

    /// <summary>Makes both and connects them.</summary>
    /// <param name="forwards">Whether the pod forwards between its interfaces, as pods do whose node does.</param>
    public NetworkPair(bool forwards = true)
    {
        Agent = new NetworkNamespace();
        Outside = new NetworkNamespace();
        try
        {
            Connect(forwards);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Why there can be none here; null: there can.</summary>
    public static string? WhyAbsent => Absent.Value;

    /// <summary>Where the agent and the recorder live.</summary>
    public NetworkNamespace Agent { get; }

    /// <summary>Where everybody else does.</summary>
    public NetworkNamespace Outside { get; }

    /// <summary>Takes both away.</summary>
    public void Dispose()
    {
        Agent.Dispose();
        Outside.Dispose();
    }

    private void Connect(bool forwards)
    {
        Tool.Run("ip", "link", "add", "eth0", "netns", Agent.Name, "type", "veth", "peer", "name", "node", "netns", Outside.Name);
        Tool.Run("ip", "-n", Agent.Name, "addr", "add", $"{PodV4}/24", "dev", "eth0");
        Tool.Run("ip", "-n", Agent.Name, "addr", "add", $"{PodV6}/64", "dev", "eth0", "nodad");
        Tool.Run("ip", "-n", Outside.Name, "addr", "add", $"{NodeV4}/24", "dev", "node");
        Tool.Run("ip", "-n", Outside.Name, "addr", "add", $"{NodeV6}/64", "dev", "node", "nodad");
        Tool.Run("ip", "-n", Outside.Name, "addr", "add", $"{NodeLinkLocal}/64", "dev", "node", "nodad");
        Tool.Run("ip", "-n", Outside.Name, "addr", "add", $"{FarV4}/32", "dev", "lo");
        Tool.Run("ip", "-n", Outside.Name, "addr", "add", $"{FarV6}/128", "dev", "lo", "nodad");
        Tool.Run("ip", "-n", Agent.Name, "link", "set", "eth0", "up");
        Tool.Run("ip", "-n", Outside.Name, "link", "set", "node", "up");
        Tool.Run("ip", "-n", Agent.Name, "route", "add", "default", "via", NodeV4);
        Tool.Run("ip", "-n", Agent.Name, "-6", "route", "add", "default", "via", NodeV6);
        if (forwards)
            Agent.Run("sysctl", "-qw", "net.ipv4.ip_forward=1");
    }

    private static string? Try()
    {
        try
        {
            using var pair = new NetworkPair();
            pair.Agent.Run("nft", "list", "ruleset");
            return pair.Agent.As(65534, () => (string?)null);
        }
        catch (Exception cannot) when (cannot is InvalidOperationException or System.ComponentModel.Win32Exception or IOException or UnauthorizedAccessException)
        {
            return "needs root, network namespaces, ip and nft";
        }
    }
}
