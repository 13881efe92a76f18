using System.Text;

namespace K8sRecorder.Recording.Reading;

/// <summary>A content with its parts fetched and checked against the records.</summary>
public sealed class Content
{
    internal Content(IReadOnlyList<ContentPart> parts, IReadOnlyList<MaskedText> masked) => (Parts, Masked) = (parts, masked);

    /// <summary>The parts, in order.</summary>
    public IReadOnlyList<ContentPart> Parts { get; }

    /// <summary>The masked spans, ascending.</summary>
    public IReadOnlyList<MaskedText> Masked { get; }

    /// <summary>Bytes, those that are missing included.</summary>
    public long Length => Parts.Count == 0 ? 0 : Parts[^1].At + Parts[^1].Length;

    /// <summary>Whether every part is here.</summary>
    public bool IsComplete => Parts.All(p => p.IsReadable);

    /// <summary>The bytes that are there, one part behind the other.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Parts.Sum(p => p.Bytes.Length)];
        var at = 0;
        foreach (var part in Parts)
        {
            part.Bytes.CopyTo(bytes.AsMemory(at));
            at += part.Bytes.Length;
        }

        return bytes;
    }

    /// <summary>The bytes that are there as text; what is not UTF-8 becomes U+FFFD.</summary>
    public override string ToString() => Encoding.UTF8.GetString(ToArray());
}
