using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// Gives the records of a changed chunk the lengths and digests that its content lines really have: as a hostile recorder would, and without
/// which a reader takes none of the content for present.
/// </summary>
internal static class HealedChunk
{
    public static byte[] Of(byte[] plain, byte[] salt)
    {
        var chunk = ChunkReader.Read(Vector.Pack(plain));
        var healed = plain.ToList();
        foreach (var definition in chunk.Definitions.OrderByDescending(d => d.DigestAt))
        {
            if (!chunk.TryContent(definition.Part, out var content))
                continue;
            var bytes = new byte[salt.Length + content.Length];
            salt.CopyTo(bytes, 0);
            var length = chunk.Decode(content, bytes.AsSpan(salt.Length));
            var comma = definition.DigestAt - 2;
            var digits = comma;
            while (digits > 0 && char.IsAsciiDigit((char)plain[digits - 1]))
                digits--;
            if (length < 0 || plain[comma] != ',')
                continue;
            var digest = Convert.ToBase64String(SHA256.HashData(bytes.AsSpan(0, salt.Length + length)));
            healed.RemoveRange(digits, definition.DigestAt + FormatText.PartDigestLength - digits);
            healed.InsertRange(digits, Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture) + ",\"" + digest));
        }

        return [.. healed];
    }
}
