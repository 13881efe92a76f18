using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Verify;

/// <summary>
/// Everything that can be said of a chunk by itself: its name, its form, its record numbers, its content against what its records commit to,
/// and the hashes of its leaves. Chunks are looked at in parallel; the chain and the tree follow in <see cref="ChainVerifier"/>.
/// </summary>
internal sealed class ChunkVerifier(IRecordingReader store, string session, byte[]? salt, bool withExchanges)
{
    /// <summary>Findings a chunk may have before it is left at that: one bad chunk shall not bury the others.</summary>
    private const int MaxFindings = 200;

    public async ValueTask<ChunkEvidence> VerifyAsync(string key, string name, CancellationToken cancellationToken)
    {
        var evidence = new ChunkEvidence { Key = key, Name = name };
        byte[]? stored = null;
        try
        {
            stored = await store.GetAsync(key, ReadLimits.StoredBytes, cancellationToken);
        }
        catch (StoreException e) when (e.Fault == StoreFault.TooLarge)
        {
            evidence.Add(FindingCode.TooLarge, "the chunk is larger than a chunk may be");
            return evidence;
        }

        if (stored is null)
        {
            evidence.Add(FindingCode.Unreadable, "the chunk is listed and cannot be fetched");
            return evidence;
        }

        evidence.StoredBytes = stored.Length;
        Verify(stored, evidence);
        return evidence;
    }

    private void Verify(byte[] stored, ChunkEvidence evidence)
    {
        if (Convert.ToHexStringLower(SHA256.HashData(stored)) != evidence.Name)
            evidence.Add(FindingCode.NameMismatch, "the chunk's bytes are not the ones it is named after");
        var chunk = ChunkReader.Read(stored, evidence.Key);
        evidence.Findings.AddRange(chunk.Findings);
        evidence.PlainBytes = chunk.Plain.Length;
        if (chunk.Session.Length == 0)
            return;
        if (chunk.Session != session)
        {
            evidence.Add(FindingCode.UnexpectedObject, "the chunk is not one of this session");
            return;
        }

        evidence.IsReadable = true;
        (evidence.FirstSeq, evidence.Previous, evidence.Records) = (chunk.FirstSeq, chunk.Previous, chunk.Records.Count);
        evidence.Heads = chunk.Heads;
        (evidence.Definitions, evidence.References) = (chunk.Definitions, chunk.References);
        CheckRecords(chunk, evidence);
        CheckContents(chunk, evidence);
        CheckMasked(chunk, evidence);
        var buffer = chunk.TakeBuffer();
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private void CheckRecords(ParsedChunk chunk, ChunkEvidence evidence)
    {
        var leaves = new byte[chunk.RecordList.Count * 32];
        if (withExchanges)
            evidence.Exchanges = [];
        for (var i = 0; i < chunk.RecordList.Count; i++)
        {
            var record = chunk.RecordList[i];
            if (record.Seq != chunk.FirstSeq + i && evidence.Findings.Count < MaxFindings)
                evidence.Add(FindingCode.RecordOrder, $"record {record.Seq} stands where record {chunk.FirstSeq + i} should", record.Seq);
            HashLeaf(chunk.PlainBuffer, record, leaves.AsSpan(i * 32, 32));
            ReadRecord(chunk, record, evidence);
        }

        evidence.Leaves = leaves;
        if (chunk.RecordList.Count > 0)
            evidence.LastAt = chunk.RecordList[^1].At;
    }

    // The byte before a line is the line feed of the line before (the header is a line): for the time of the hash it is the leaf's 0x00.
    private static void HashLeaf(byte[] plain, RecordLine record, Span<byte> hash)
    {
        var before = record.Start - 1;
        plain[before] = 0;
        SHA256.HashData(plain.AsSpan(before, record.Length + 2), hash);
        plain[before] = (byte)'\n';
    }

    private static void ReadRecord(ParsedChunk chunk, RecordLine record, ChunkEvidence evidence)
    {
        var kind = chunk.KindBytes(record);
        var line = chunk.Plain.Slice(record.Start, record.Length);
        if (kind.SequenceEqual("gap"u8))
        {
            var json = Parse(line);
            var span = $"{RecordText.Number(json, "records") ?? 0} records, {RecordText.Number(json, "bytes") ?? 0} bytes";
            evidence.Add(FindingCode.Gap, $"the recorder says that it dropped {span}", record.Seq);
        }
        else if (kind.SequenceEqual("session.closed"u8) || kind.SequenceEqual("session.recovered"u8))
        {
            var json = Parse(line);
            if (evidence.End is not null)
                evidence.Add(FindingCode.RecordOrder, "the session ends twice", record.Seq);
            evidence.End = new SessionEnd(
                record.Seq, kind.SequenceEqual("session.recovered"u8), RecordText.Text(json, "by"), RecordText.Text(json, "next"),
                RecordText.Text(json, "nextKey"));
            if (evidence.End.IsRecovered || RecordText.Text(json, "reason") == "recorderStopped")
                evidence.Interruptions.Add(record.Seq);
        }
        else if (kind.SequenceEqual("session.resumed"u8))
        {
            evidence.Interruptions.Add(record.Seq);
        }
        else if (kind.SequenceEqual("session.opened"u8))
        {
            evidence.Mode = RecordText.Text(Parse(line), "mode");
        }
        else if (evidence.Exchanges is { } exchanges && record.Channel is { } channel)
        {
            AddFacts(exchanges, channel, record, kind, line);
        }
    }

    private static void AddFacts(
        Dictionary<long, ExchangeFacts> exchanges, long channel, RecordLine record, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> line)
    {
        var facts = exchanges.GetValueOrDefault(channel) ?? new ExchangeFacts();
        if (kind.SequenceEqual("http.request"u8) || kind.SequenceEqual("channel.opened"u8))
        {
            var json = Parse(line);
            facts = facts with { At = record.At, Target = RecordText.Text(json, "target"), Method = RecordText.Text(json, "method") };
        }
        else if (kind.SequenceEqual("http.response"u8))
        {
            facts = facts with { Status = RecordText.Number(Parse(line), "status") };
        }

        exchanges[channel] = facts;
    }

    private static JsonElement Parse(ReadOnlySpan<byte> line)
    {
        // Only of a line that the scanner took for a record: its kind is known.
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = ReadLimits.Depth });
        try
        {
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private void CheckContents(ParsedChunk chunk, ChunkEvidence evidence)
    {
        foreach (var definition in chunk.DefinitionList)
        {
            if (evidence.Findings.Count >= MaxFindings)
                return;
            var seq = chunk.RecordList[definition.Record].Seq;
            if (!chunk.TryContent(definition.Part, out var content))
            {
                // Without the salt contents are withheld as a whole: that is one finding of the session.
                if (salt is not null)
                    evidence.Add(FindingCode.PartMissing, $"part {definition.Part} of record {seq} is missing", seq, definition.Part);
            }
            else if (salt is not null && !IsContent(chunk, definition, content))
            {
                evidence.Add(FindingCode.ContentMismatch, $"part {definition.Part} is not what record {seq} commits to", seq, definition.Part);
            }
        }

        var seen = new HashSet<long>(chunk.ContentList.Count);
        foreach (var content in chunk.ContentList)
            if ((!seen.Add(content.Part) || !chunk.TryDefinition(content.Part, out _)) && evidence.Findings.Count < MaxFindings)
                evidence.Add(FindingCode.ContentUnclaimed, $"content stands as part {content.Part} that no record of the chunk stores so", null, content.Part);
    }

    private bool IsContent(ParsedChunk chunk, PartDefinition definition, ContentLine content)
    {
        Span<byte> stated = stackalloc byte[32];
        Span<byte> actual = stackalloc byte[32];
        var buffer = ArrayPool<byte>.Shared.Rent(salt!.Length + content.Length);
        salt.CopyTo(buffer, 0);
        var length = chunk.Decode(content, buffer.AsSpan(salt.Length));
        var same = length == definition.Length && FormatText.TryPartDigest(chunk.Plain.Slice(definition.DigestAt, FormatText.PartDigestLength), stated);
        if (same)
        {
            SHA256.HashData(buffer.AsSpan(0, salt.Length + length), actual);
            same = stated.SequenceEqual(actual);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return same;
    }

    private static void CheckMasked(ParsedChunk chunk, ChunkEvidence evidence)
    {
        foreach (var span in chunk.MaskedList)
            if ((!chunk.TryDefinition(span.Part, out var definition) || definition.Record != span.Record || span.At > definition.Length
                || span.Length > definition.Length - span.At) && evidence.Findings.Count < MaxFindings)
                evidence.Add(
                    FindingCode.PartSyntax, $"a masked span is not inside part {span.Part} of its record", chunk.RecordList[span.Record].Seq, span.Part);
    }
}
