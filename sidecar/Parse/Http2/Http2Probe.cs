using System.Net.Sockets;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// Finds out whether a plaintext upstream takes HTTP/2: there is no negotiation without TLS (RFC 9113 3.3), and a request that went
/// to one that does not cannot be sent again once its body was read. One connection, once a target.
/// </summary>
internal static class Http2Probe
{
    private const int FrameHead = 9;
    private const byte SettingsFrame = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly byte[] PrefaceAndSettings = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, SettingsFrame, 0, 0, 0, 0, 0];

    /// <summary>Whether it answers with SETTINGS; null if it could not be asked.</summary>
    public static async Task<bool?> AskAsync(string host, int port, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, patience.Token);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return null;
        }
        try
        {
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(PrefaceAndSettings, patience.Token);
            var head = new byte[FrameHead];
            await stream.ReadExactlyAsync(head, patience.Token);
            return head[3] == SettingsFrame;
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            return false; // it heard the question and did not know the language
        }
    }
}
