using System.Net.Sockets;
using System.Text;
using K8sRecorder.Integration.Redirect;

namespace K8sRecorder.Integration.Capture;

/// <summary>A connection of words that is asked to go on in TLS (RFC 3207), up to the first message of it.</summary>
internal sealed class StartTls : IDisposable
{
    public const string After = "hidden from everybody";

    private readonly Socket _listener;

    private StartTls(Socket listener, Socket agent, Socket server) => (_listener, Agent, Server) = (listener, agent, server);

    /// <summary>A ClientHello of nothing, as far as its heads say.</summary>
    public static byte[] Hello { get; } = [22, 3, 1, 0, 100, 1, 0, 0, 96, 3, 3, .. new byte[94]];

    public Socket Agent { get; }

    public Socket Server { get; }

    public static StartTls Begin(CapturePod pod)
    {
        var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 2525));
        var agent = pod.Connect(World.Lines, 2525);
        var begun = new StartTls(listener, agent, RedirectedPod.Waiting(listener).Accept());
        Say(begun.Server, begun.Agent, "220 at your service\r\n");
        Say(begun.Agent, begun.Server, "STARTTLS\r\n");
        Say(begun.Server, begun.Agent, "220 go ahead\r\n");
        agent.Send(Hello);
        return begun;
    }

    public static void Say(Socket from, Socket to, string text)
    {
        from.Send(Encoding.ASCII.GetBytes(text));
        Assert.Equal(text, Heard(to, text.Length));
    }

    /// <summary>The next so many bytes; fewer where it ended.</summary>
    public static string Heard(Socket by, int count)
    {
        var heard = new byte[count];
        var length = 0;
        try
        {
            while (length < count && RedirectedPod.Waiting(by).Receive(heard, length, count - length, SocketFlags.None) is > 0 and var more)
                length += more;
        }
        catch (SocketException)
        {
            // reset
        }
        return Encoding.Latin1.GetString(heard, 0, length);
    }

    public void Dispose()
    {
        Agent.Dispose();
        Server.Dispose();
        _listener.Dispose();
    }
}
