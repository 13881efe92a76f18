using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Redirect;

/// <summary>A pod in which init has run. Where there can be no network namespaces it is empty, and nobody asks it.</summary>
public class RedirectedPod : IDisposable
{
    public const uint AgentUid = 65534, RecorderUid = 64532;
    public const int TcpPort = 15001, DnsPort = 15053, InboundPort = 15006;

    private readonly NetworkPair? _pair;

    protected RedirectedPod(params string[] options)
    {
        if (NetworkPair.WhyAbsent is not null)
            return;
        _pair = new NetworkPair();
        First = Init(options);
        (PodHardware, NodeHardware) = (HardwareOf(Agent, "eth0"), HardwareOf(Pair.Outside, "node"));
    }

    public NetworkPair Pair => _pair!;

    public NetworkNamespace Agent => Pair.Agent;

    /// <summary>How the first run went.</summary>
    public InitRun First { get; } = new(-1, "", "");

    public InitRun Init(params string[] options) => InitRun.Of(Agent.Command(InitRun.Program, ["init", .. options]));

    /// <summary>The hardware addresses of both ends of the cable.</summary>
    public byte[] PodHardware { get; } = [];

    public byte[] NodeHardware { get; } = [];

    public Socket Listen(uint uid, string address, int port) => Agent.As(uid, () => Listening(address, port));

    public static Socket Listening(string address, int port, int backlog = 16)
    {
        var at = IPAddress.Parse(address);
        var listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(at, port));
        listener.Listen(backlog);
        return listener;
    }

    /// <summary>Accepts as a uid: the answers of a connection are of the uid that accepted it.</summary>
    public Socket Accept(uint uid, Socket listener) => Agent.As(uid, () => Waiting(listener).Accept());

    /// <summary>A connection of the agent's; throws as connect(2) fails.</summary>
    public Socket Connect(string address, int port, uint uid = AgentUid) => Agent.As(uid, () => Connecting(address, port));

    public static Socket Connecting(string address, int port)
    {
        var to = IPAddress.Parse(address);
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (to.IsIPv4MappedToIPv6)
            socket.DualMode = true;
        try
        {
            socket.Connect(to, port);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    public SocketError ConnectError(string address, int port, uint uid = AgentUid)
    {
        try
        {
            using var connected = Connect(address, port, uid);
            return SocketError.Success;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
    }

    public Socket Datagrams(uint uid, AddressFamily family) => Agent.As(uid, () => new Socket(family, SocketType.Dgram, ProtocolType.Udp));

    /// <summary>Readable within five seconds, or the test fails.</summary>
    public static Socket Waiting(Socket socket)
    {
        Assert.True(socket.Poll(5_000_000, SelectMode.SelectRead), "nothing arrived");
        return socket;
    }

    /// <summary>It was ended or reset, and nothing came before.</summary>
    public static void AssertOver(Socket socket)
    {
        try
        {
            Assert.Equal(0, Waiting(socket).Receive(new byte[1]));
        }
        catch (SocketException reset)
        {
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }
    }

    /// <summary>Does what should stay inside, and looks outside whether the canary was seen before what the recorder sends afterwards.</summary>
    public bool GetsOut(Action<byte[]> attempt)
    {
        var canary = Encoding.ASCII.GetBytes($"canary-{Guid.NewGuid():N}");
        return FramesWhile(() => attempt(canary)).Any(frame => frame.AsSpan().IndexOf(canary) >= 0);
    }

    /// <summary>What comes along the cable while something is done.</summary>
    public IReadOnlyList<byte[]> FramesWhile(Action attempt)
    {
        using var cable = Pair.Outside.As(0, () => new Sniffer("node"));
        attempt();
        return UpToNow(cable);
    }

    public async Task<IReadOnlyList<byte[]>> FramesWhileAsync(Func<Task> attempt)
    {
        using var cable = Pair.Outside.As(0, () => new Sniffer("node"));
        await attempt();
        return UpToNow(cable);
    }

    private IReadOnlyList<byte[]> UpToNow(Sniffer cable)
    {
        var sentinel = Guid.NewGuid().ToByteArray();
        using var recorder = Datagrams(RecorderUid, AddressFamily.InterNetwork);
        recorder.SendTo(sentinel, new IPEndPoint(IPAddress.Parse(NetworkPair.FarV4), 9));
        return cable.Until(sentinel);
    }

    public long Counter(string table, string name)
    {
        var text = Agent.Run("nft", "list", "counter", table.Split(' ')[0], table.Split(' ')[1], name);
        var words = text.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(words[Array.IndexOf(words, "packets") + 1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static byte[] HardwareOf(NetworkNamespace where, string name) => where.As(0, () =>
        NetworkInterface.GetAllNetworkInterfaces().Single(one => one.Name == name).GetPhysicalAddress().GetAddressBytes());

    public void Dispose()
    {
        _pair?.Dispose();
        GC.SuppressFinalize(this);
    }
}
