namespace K8sRecorder.Masking.Detectors;

/// <summary>The check digits of GitHub's and npm's tokens: CRC-32 of the body in base 62, six characters.</summary>
internal static class Crc32
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Whether the last six characters are the check digits of those before.</summary>
    public static bool IsChecked(ReadOnlySpan<byte> body)
    {
        if (body.Length <= 6)
            return false;
        var crc = Compute(body[..^6]);
        for (var i = body.Length - 1; i >= body.Length - 6; i--, crc /= 62)
        {
            if (body[i] != Base62[(int)(crc % 62)])
                return false;
        }

        return true;
    }

    private static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320u & (uint)-(int)(crc & 1));
        }

        return ~crc;
    }
}
