using K8sRecorder.Testing.Http2;

namespace K8sRecorder.Sidecar.Tests.Http2;

/// <summary>What a server made of a case: what it said of each of its streams, and whether the connection goes on.</summary>
internal static class Verdict
{
    private static readonly string[] Codes =
    [
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR",
        "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    ];

    /// <summary>
    /// Sends the case's frames, then a ping, unless the connection has to end: a server that closes with something unread resets, and takes its
    /// last words along. <c>1:200</c> is an answer on stream 1 and its whole body, <c>1:PROTOCOL_ERROR</c> a reset, <c>GOAWAY x</c> the end.
    /// </summary>
    public static async Task<string> OfAsync(int port, Http2Case one)
    {
        using var agent = await Http2Peer.ToAsync(port);
        var frames = one.Frames();
        await agent.SendAsync(frames);
        if (one.Streams.Length == 0 && one.Expected?.StartsWith("GOAWAY", StringComparison.Ordinal) != true)
            await PingAsync(agent);
        var open = one.Streams.ToHashSet();
        var said = new SortedDictionary<int, string>();
        while (await agent.ReadFrameAsync() is { } frame)
        {
            switch (frame.Type)
            {
                case Http2Frames.GoAway when frame.Code != 0:
                    return $"GOAWAY {Codes[frame.Code]}";
                case Http2Frames.Headers when !said.ContainsKey(frame.Stream):
                    said[frame.Stream] = $"{frame.Stream}:{frame.Status}";
                    break;
                case Http2Frames.Reset when !(frame.Code == 0 && said.ContainsKey(frame.Stream)):
                    said[frame.Stream] = $"{frame.Stream}:{Codes[frame.Code]}";
                    break;
                case Http2Frames.Ping when (frame.Flags & Http2Frames.Ack) != 0 && frame.Payload.AsSpan().SequenceEqual("the end."u8):
                    return said.Count == 0 ? "goes on" : string.Join(' ', said.Values);
            }
            if (frame.Type == Http2Frames.Reset || frame.EndsStream)
                open.Remove(frame.Stream);
            if (open.Count == 0 && one.Streams.Length > 0)
            {
                open.Add(int.MaxValue);
                await PingAsync(agent);
            }
        }
        return said.Count == 0 ? "closed" : string.Join(' ', said.Values);
    }

    private static Task PingAsync(Http2Peer agent) =>
        agent.SendAsync(new Http2Frames().Frame(Http2Frames.Settings, Http2Frames.Ack, 0, []).Frame(Http2Frames.Ping, 0, 0, "the end."u8));
}
