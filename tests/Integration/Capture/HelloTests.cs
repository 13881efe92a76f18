using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using K8sRecorder.Integration.Redirect;

namespace K8sRecorder.Integration.Capture;

/// <summary>
/// Handshakes that no honest client begins, and some that it does: the target's own name gets through in whatever case and whatever it is wrapped
/// in, nothing else does, and of what the agent wrote into its first message the target sees none but the name.
/// </summary>
[Collection(SharedDenying.Name)]
public sealed class HelloTests(DenyingCapture pod)
{
    private const string App = "app.target.test";
    private const byte ServerHello = 2;

    [NetworkFact]
    public void First_message_of_a_handshake_carries_nothing_but_the_name()
    {
        var canary = RandomNumberGenerator.GetBytes(32);
        (byte[] Hello, bool IsTaken)[] cases =
        [
            (Hello(canary, Name(App)), true),
            (Hello(canary, Name("APP.Target.TEST")), true),
            (Hello(canary), true), // no name: that of the address, which our resolver gave
            (Hello(canary, Name(App), Extension(0xFE0D, [0, 0, 1, 0, 1, 7, 0, 32, .. canary, 0, 32, .. canary])), true), // Encrypted ClientHello, or GREASE for it (RFC 9849 6.2)
            (Hello(canary, Name(App), Extension(0xABCD, canary), Extension(0x0A0A, canary), Extension(35, canary), Extension(21, canary)), true),
            ([.. Hello(canary, Name(App), Extension(42, []), Resumption(canary)), 23, 3, 3, 0, 32, .. canary], true), // early data (RFC 8446 2.3)
            (Spread(Hello(canary, Name(App))), true),
            (Hello(canary, Name("app.target.test.")), false),
            (Hello(canary, Name("app.target.test\0.evil.test")), false),
            (Hello(canary, Name("evil.test\0app.target.test")), false),
            (Hello(canary, Name(" app.target.test")), false),
            (Hello(canary, Name("app.target.test:443")), false),
            (Hello(canary, Name("*.target.test")), false),
            (Hello(canary, Name(World.App)), false),
            (Hello(canary, Name("0xc0000202")), false),
            (Hello(canary, Name("::ffff:192.0.2.2")), false),
            (Hello(canary, Name("b\u00fcro.target.test")), false),
            (Hello(canary, Name("xn--bro-hoa.target.test")), false),
            (Hello(canary, Name("evil.test")), false),
            (Hello(canary, Name("fronted.test")), false),
            (Hello(canary, Name("")), false),
            (Hello(canary, Name(new string('a', 300))), false),
            (Hello(canary, Name(App), Name("evil.test")), false),
            (Hello(canary, Extension(0, [0, 0])), false),
            (Hello(canary, Extension(0, [0, 18 + 14, 0, 0, 15, .. Encoding.ASCII.GetBytes(App), 0, 0, 9, .. "evil.test"u8, 0, 0])), false),
        ];

        var frames = pod.FramesWhile(() =>
        {
            for (var i = 0; i < cases.Length; i++)
                Assert.True(cases[i].IsTaken == (Answer(cases[i].Hello) == ServerHello), $"hello {i}");
        });
        Assert.DoesNotContain(frames, frame => frame.AsSpan().IndexOf(canary) >= 0);
    }

    /// <summary>The type of the first handshake message that comes back; 0: none.</summary>
    private byte Answer(byte[] hello)
    {
        using var agent = pod.Connect(World.App, 443);
        var answer = new byte[4096];
        try
        {
            agent.Send(hello);
            agent.Shutdown(SocketShutdown.Send);
            Assert.True(agent.Poll(60_000_000, SelectMode.SelectRead), "neither answered nor ended");
            var length = agent.Receive(answer);
            return length > 5 && answer[0] == 22 ? answer[5] : (byte)0;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    /// <summary>TLS 1.3 by X25519; what a client makes up (random, session id, key) is the canary.</summary>
    private static byte[] Hello(byte[] canary, params byte[][] extensions)
    {
        byte[] known =
        [
            .. Extension(43, [2, 3, 4]), .. Extension(10, [0, 2, 0, 29]), .. Extension(13, [0, 6, 4, 3, 8, 4, 4, 1]), .. Extension(51, [0, 36, 0, 29, 0, 32, .. canary]),
            .. Extension(16, [0, 9, 8, .. "http/1.1"u8]),
        ];
        // what takes up a session is the last (RFC 8446 4.2.11)
        byte[] all = [.. known, .. extensions.SelectMany(one => one)];
        byte[] body = [3, 3, .. canary, 32, .. canary, 0, 6, 0x13, 1, 0x13, 2, 0x13, 3, 1, 0, (byte)(all.Length >> 8), (byte)all.Length, .. all];
        byte[] message = [1, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];
        return [22, 3, 1, (byte)(message.Length >> 8), (byte)message.Length, .. message];
    }

    private static byte[] Resumption(byte[] canary) =>
        [.. Extension(45, [1, 1]), .. Extension(41, [0, 38, 0, 32, .. canary, 0, 0, 0, 0, 0, 33, 32, .. canary])];

    private static byte[] Name(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var list = bytes.Length + 3;
        return Extension(0, [(byte)(list >> 8), (byte)list, 0, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes]);
    }

    private static byte[] Extension(int type, byte[] body) => [(byte)(type >> 8), (byte)type, (byte)(body.Length >> 8), (byte)body.Length, .. body];

    /// <summary>In records of 16 bytes.</summary>
    private static byte[] Spread(byte[] record) => [.. record[5..].Chunk(16).SelectMany(part => (byte[])[22, 3, 1, 0, (byte)part.Length, .. part])];
}
