using System.Runtime.InteropServices;

namespace K8sRecorder.Integration.Redirect;

/// <summary>Everything that comes along an interface, from the moment it is made. Made by a thread in the interface's namespace.</summary>
public sealed class Sniffer : IDisposable
{
    private const int ReceiveTimeout = 20; // SO_RCVTIMEO

    private readonly int _descriptor;

    public Sniffer(string name)
    {
        _descriptor = RawSocket.Open(RawSocket.Packet, RawSocket.Raw, RawSocket.NetworkOrder(3)); // ETH_P_ALL
        var to = RawSocket.PacketAddress(name, 3);
        if (RawSocket.Bind(_descriptor, to, to.Length) != 0)
            throw new InvalidOperationException($"bind: {Marshal.GetLastPInvokeErrorMessage()}");
        long[] fiveSeconds = [5, 0];
        _ = RawSocket.SetOption(_descriptor, 1, ReceiveTimeout, MemoryMarshal.AsBytes(fiveSeconds.AsSpan()).ToArray(), 16);
    }

    /// <summary>The frames up to the one with these bytes in it.</summary>
    public IReadOnlyList<byte[]> Until(byte[] sentinel)
    {
        var frames = new List<byte[]>();
        var buffer = new byte[65536];
        while (true)
        {
            var length = (int)RawSocket.Receive(_descriptor, buffer, buffer.Length, 0);
            Assert.True(length > 0, "the sentinel did not arrive");
            if (buffer.AsSpan(0, length).IndexOf(sentinel) >= 0)
                return frames;
            frames.Add(buffer[..length]);
        }
    }

    public void Dispose() => _ = RawSocket.Close(_descriptor);
}
