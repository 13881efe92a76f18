using System.Security.Cryptography;

namespace K8sRecorder.Recording.Reading;

/// <summary>Finds parts by number over the chunks of one session, and checks them.</summary>
internal sealed class PartResolver(ChunkCache cache)
{
    /// <summary>A list longer than this in one content is hostile: 32 MiB of one-byte parts.</summary>
    private const int MaxParts = 1 << 20;

    private readonly Dictionary<long, (string Key, long Length)> _chunkOf = [];

    public void Add(string key, ParsedChunk chunk)
    {
        foreach (var definition in chunk.Definitions)
            _chunkOf.TryAdd(definition.Part, (key, definition.Length));
    }

    /// <summary>Bytes of a list of parts, as far as their records are known.</summary>
    public long LengthOf(IReadOnlyList<PartRange> parts)
    {
        var (length, count) = (0L, 0);
        foreach (var range in parts)
            for (var number = range.First; number <= range.Last && count < MaxParts && _chunkOf.TryGetValue(number, out var part); number++, count++)
                length = ByteCount.Add(length, part.Length);
        return length;
    }

    public async ValueTask<Content> ReadAsync(ContentReference content, byte[]? salt, CancellationToken cancellationToken)
    {
        var parts = new List<ContentPart>();
        var masked = new List<MaskedText>();
        var at = 0L;
        foreach (var range in content.Parts)
        {
            for (var number = range.First; number <= range.Last && parts.Count < MaxParts; number++)
            {
                var part = await ReadPartAsync(number, at, salt, masked, cancellationToken);
                parts.Add(part);
                if (part.State == PartState.TooLarge)
                    return new Content(parts, masked);
                if (part.State == PartState.Unknown && range.Count > 1)
                    break; // "5-9000000000000" of parts that nobody stores is one hole, not so many
                at += part.Length;
            }
        }

        return new Content(parts, masked);
    }

    private async ValueTask<ContentPart> ReadPartAsync(
        long number, long at, byte[]? salt, List<MaskedText> masked, CancellationToken cancellationToken)
    {
        if (!_chunkOf.TryGetValue(number, out var place))
            return new ContentPart(number, PartState.Unknown, at, 0, default);
        var (chunk, _) = await cache.GetAsync(place.Key, cancellationToken);
        if (chunk is null || !chunk.TryDefinition(number, out var definition))
            return new ContentPart(number, PartState.Missing, at, 0, default);
        if (definition.Length > ReadLimits.ContentBytes - at)
            return new ContentPart(number, PartState.TooLarge, at, 0, default);
        foreach (var span in chunk.MaskedSpans.In(definition))
            masked.Add(span with { At = at + span.At });
        if (!chunk.TryContent(number, out var line))
            return new ContentPart(number, PartState.Missing, at, definition.Length, default);
        var prefix = salt?.Length ?? 0;
        var buffer = new byte[prefix + line.Length];
        salt?.CopyTo(buffer, 0);
        var length = chunk.Decode(line, buffer.AsSpan(prefix));
        if (length != definition.Length)
            return new ContentPart(number, PartState.Damaged, at, definition.Length, default);
        var state = salt is null ? PartState.Unchecked
            : IsDigest(chunk, definition, buffer.AsSpan(0, prefix + length)) ? PartState.Present
            : PartState.Damaged;
        return new ContentPart(number, state, at, length, state == PartState.Damaged ? default : buffer.AsMemory(prefix, length));
    }

    private static bool IsDigest(ParsedChunk chunk, PartDefinition definition, ReadOnlySpan<byte> saltAndBytes)
    {
        Span<byte> stated = stackalloc byte[32];
        Span<byte> actual = stackalloc byte[32];
        SHA256.HashData(saltAndBytes, actual);
        return FormatText.TryPartDigest(chunk.Plain.Slice(definition.DigestAt, FormatText.PartDigestLength), stated) && stated.SequenceEqual(actual);
    }
}
