using System.Net;
using System.Net.Sockets;
using System.Text;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Sidecar.Tests.Dns;

namespace K8sRecorder.Integration.Capture;

/// <summary>
/// The pod's second resolver, which says of names under <c>odd.test</c> what a test wants: <c>*.many.odd.test</c> are a target's, the rest the
/// agent's own. Of names that it was not told of it knows nothing.
/// </summary>
internal sealed class OddNames : IAsyncDisposable
{
    private const ushort NoSuchName = 3;

    private readonly CapturePod _pod;
    private readonly Dictionary<string, Func<byte[], IEnumerable<byte[]>>> _answers = new(StringComparer.OrdinalIgnoreCase);

    public OddNames(CapturePod pod)
    {
        _pod = pod;
        Resolver = pod.World.Network.As(0, () => new FakeResolver(Answer, Answer, new IPEndPoint(IPAddress.Parse(World.OddResolver), 53)));
    }

    public FakeResolver Resolver { get; }

    /// <summary>Answers a name with messages made of the question.</summary>
    public OddNames Say(string name, Func<byte[], IEnumerable<byte[]>> answers)
    {
        _answers[name] = answers;
        return this;
    }

    /// <summary>Answers a name with these addresses, in this order, to be forgotten at once.</summary>
    public OddNames Say(string name, params string[] addresses) =>
        Say(name, asked => [addresses.Aggregate(Wire.Answer(asked), (answer, address) => answer.A(address, ttl: 0)).ToArray()]);

    /// <summary>Answers the first name with a chain of aliases over the others, and the last with an address.</summary>
    public OddNames SayChain(string address, params string[] names) => Say(names[0], asked =>
    {
        var answer = Wire.Answer(asked);
        for (var i = 1; i < names.Length; i++)
            answer.Record(names[i - 1], 5, Wire.Labels(names[i]));
        return [answer.A(names[^1], address).ToArray()];
    });

    public bool WasAsked(string name) => Resolver.Asked.Any(asked => NameOf(asked.Message).Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Asks as the agent, whomever: its questions are led to the recorder. The answer's code and its addresses.</summary>
    public async Task<(int Rcode, IReadOnlyList<string> Addresses)> AskAsync(string name, ushort id = 7, bool byTcp = false, string of = World.OddResolver)
    {
        var question = Wire.Question(name, id: id).Edns(4096).ToArray();
        if (byTcp)
        {
            using var connection = _pod.Connect(of, 53);
            return Read(await AskByTcpAsync(connection, question));
        }
        using var socket = _pod.Datagrams(RedirectedPod.AgentUid, AddressFamily.InterNetwork);
        await socket.ConnectAsync(IPAddress.Parse(of), 53);
        return await AskAsync(socket, question);
    }

    public static async Task<(int Rcode, IReadOnlyList<string> Addresses)> AskAsync(Socket socket, byte[] question)
    {
        await socket.SendAsync(question, SocketFlags.None);
        return Read(await DnsRig.ReceiveAsync(socket));
    }

    public ValueTask DisposeAsync() => Resolver.DisposeAsync();

    private static async Task<byte[]> AskByTcpAsync(Socket connection, byte[] question)
    {
        await connection.SendAsync((byte[])[(byte)(question.Length >> 8), (byte)question.Length, .. question], SocketFlags.None);
        await using var stream = new NetworkStream(connection);
        var head = new byte[2];
        await stream.ReadExactlyAsync(head);
        var answer = new byte[head[0] << 8 | head[1]];
        await stream.ReadExactlyAsync(answer);
        return answer;
    }

    private IEnumerable<byte[]> Answer(byte[] asked) =>
        _answers.TryGetValue(NameOf(asked), out var answers) ? answers(asked) : [Wire.Answer(asked, rcode: NoSuchName).ToArray()];

    /// <summary>The addresses of all records, whosever they are: what a client that follows aliases finds.</summary>
    private static (int Rcode, IReadOnlyList<string> Addresses) Read(byte[] message)
    {
        var addresses = new List<string>();
        var at = Skip(message, 12) + 4;
        for (var left = message[6] << 8 | message[7]; left > 0; left--)
        {
            at = Skip(message, at);
            var length = message[at + 8] << 8 | message[at + 9];
            if (message[at + 1] == 1)
                addresses.Add(new IPAddress(message.AsSpan(at + 10, length)).ToString());
            at += 10 + length;
        }
        return (message[3] & 15, addresses);
    }

    private static int Skip(byte[] message, int at)
    {
        while (message[at] is not 0 and < 0xc0)
            at += 1 + message[at];
        return message[at] == 0 ? at + 1 : at + 2;
    }

    private static string NameOf(byte[] message)
    {
        var labels = new List<string>();
        for (var at = 12; message[at] != 0; at += 1 + message[at])
            labels.Add(Encoding.Latin1.GetString(message, at + 1, message[at]));
        return string.Join('.', labels);
    }
}
