namespace K8sRecorder.Fuzz.Oracles;

/// <summary>RFC 6455 5.2 written down over all bytes at once: every frame's first byte, its payload without mask, and whether it is all there.</summary>
internal static class SlowFrames
{
    public static List<(byte First, byte[] Payload, bool IsWhole)> Read(byte[] bytes)
    {
        var frames = new List<(byte, byte[], bool)>();
        var at = 0;
        while (bytes.Length - at >= 2)
        {
            var first = bytes[at];
            var isMasked = (bytes[at + 1] & 0x80) != 0;
            var size = bytes[at + 1] & 0x7f;
            var lengthBytes = size == 126 ? 2 : size == 127 ? 8 : 0;
            var header = 2 + lengthBytes + (isMasked ? 4 : 0);
            if (bytes.Length - at < header)
                break;
            ulong length = lengthBytes == 0 ? (ulong)size : 0;
            for (var i = 0; i < lengthBytes; i++)
                length = (length << 8) | bytes[at + 2 + i];
            var mask = isMasked ? bytes.AsSpan(at + header - 4, 4).ToArray() : [];
            at += header;
            var isWhole = length <= (ulong)(bytes.Length - at);
            var payload = bytes.AsSpan(at, isWhole ? (int)length : bytes.Length - at).ToArray();
            for (var i = 0; isMasked && i < payload.Length; i++)
                payload[i] ^= mask[i % 4];
            frames.Add((first, payload, isWhole));
            at += payload.Length;
        }
        return frames;
    }
}
