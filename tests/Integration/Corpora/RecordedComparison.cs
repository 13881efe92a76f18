using System.IO.Compression;
using K8sRecorder.Masking;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Integration.Corpora;

/// <summary>Whether a store holds every exchange, masked and otherwise unchanged.</summary>
internal sealed class RecordedComparison(MaskingEngine engine)
{
    private readonly Dictionary<string, Exchange> _recorded = [];
    private readonly List<string> _differences = [];

    /// <summary>Everything that is not as it should be; empty where the recording is whole.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(MaskingEngine engine, IRecordingReader store, IReadOnlyList<Replay> replays)
    {
        var comparison = new RecordedComparison(engine);
        await foreach (var session in SessionList.NewestFirstAsync(store, null, null, CancellationToken.None))
        {
            var reader = await SessionReader.OpenAsync(store, session.Id, CancellationToken.None);
            await comparison.CollectAsync(reader);
        }

        foreach (var replay in replays)
        {
            if (comparison._recorded.TryGetValue(replay.Exchange.Id, out var recorded))
                await comparison.CompareAsync(replay, recorded);
            else
                comparison._differences.Add($"{replay}: not in the recording");
        }

        return comparison._differences;
    }

    private async Task CollectAsync(SessionReader reader)
    {
        _differences.AddRange(reader.Findings.Select(f => $"session {reader.Id}: {f.Code} {f.Sentence}"));
        await foreach (var exchange in reader.ExchangesAsync(CancellationToken.None))
        {
            var head = exchange.Request is null ? null : await exchange.Request.ReadHeadAsync(CancellationToken.None);
            if (head?.Value(Replay.IdHeader) is not { } id)
                _differences.Add($"session {reader.Id} channel {exchange.Channel}: an exchange that nobody sent");
            else if (!_recorded.TryAdd(id, exchange))
                _differences.Add($"{id}: recorded twice");
        }
    }

    private async Task CompareAsync(Replay replay, Exchange recorded)
    {
        var exchange = replay.Exchange;
        if (recorded.Response is not { } response)
        {
            Add(replay, "there is no response");
            return;
        }

        if (!recorded.IsEnded || response.Cut is not null || recorded.Request!.Cut is not null || response.Error is not null)
            Add(replay, $"recorded as cut: {response.Cut} {recorded.Request!.Cut} {response.Error}");
        if (response.Status != exchange.Status || response.Origin != "target")
            Add(replay, $"status {response.Status} of the {response.Origin}");
        await CompareRequestHeadAsync(replay, recorded.Request!);
        await CompareResponseHeadAsync(replay, response);
        var sent = exchange.Method == "HEAD" ? [] : exchange.ResponseWire;
        await CompareBodyAsync(replay, "request", recorded.Request!, exchange.RequestHeaders, exchange.RequestBody, exchange.RequestBody, null);
        await CompareBodyAsync(replay, "response", response, exchange.ResponseHeaders, sent, Decoded(exchange, sent), exchange.Coding);
    }

    private async Task CompareBodyAsync(
        Replay replay, string side, HttpMessage message, IEnumerable<KeyValuePair<string, string>> headers, byte[] wire, byte[] clear, string? coding)
    {
        var expected = ExpectedText.Of(engine, ExpectedText.ShapeOf(headers), clear);
        var body = await message.ReadBodyAsync(CancellationToken.None);
        if (!body.IsComplete)
            Add(replay, $"parts of the {side} body cannot be read");
        var bytes = body.ToArray();
        if (!bytes.AsSpan().SequenceEqual(expected.Bytes))
            Add(replay, $"the {side} body differs: {bytes.Length} bytes, masked are {expected.Bytes.Length}, first difference at {bytes.AsSpan().CommonPrefixLength(expected.Bytes)}");
        var spans = expected.Spans.Select(s => (s.At, s.Length, s.Detector, s.Tag));
        if (!body.Masked.Select(m => (m.At, m.Length, m.Detector, m.Tag)).SequenceEqual(spans))
            Add(replay, $"the {side} body has other masked spans: {string.Join(' ', body.Masked)} and not {string.Join(' ', expected.Spans)}");
        var stated = message.Body ?? ContentReference.Empty;
        if ((stated.Size ?? 0) != expected.Bytes.Length || (stated.Wire ?? stated.Size ?? 0) != wire.Length)
            Add(replay, $"the {side} body is said to be {stated.Size} bytes, {stated.Wire} on the wire; they are {expected.Bytes.Length} and {wire.Length}");
        if (stated.Coding != (clear.Length > 0 ? coding : null))
            Add(replay, $"the {side} body is said to be coded as {stated.Coding} and was {coding}");
    }

    private async Task CompareRequestHeadAsync(Replay replay, HttpMessage request)
    {
        var head = await request.ReadHeadAsync(CancellationToken.None);
        var target = ExpectedText.OfTarget(engine, replay.Exchange.Target);
        if (head.RequestTarget != target || !head.StartLine.StartsWith(replay.Exchange.Method + " ", StringComparison.Ordinal))
            Add(replay, $"the start line is '{head.StartLine}', the masked target '{target}'");
        // What the server got and what the recording says came from one sender; only the masking lies between them.
        CompareFields(replay, "request", head, replay.SeenHeaders, ["host", "content-length"]);
    }

    private async Task CompareResponseHeadAsync(Replay replay, HttpMessage response)
    {
        var head = await response.ReadHeadAsync(CancellationToken.None);
        CompareFields(replay, "response", head, ReplayHeaders.Sent(replay.Exchange.ResponseHeaders), ["date", "content-length", "transfer-encoding"]);
    }

    private void CompareFields(Replay replay, string side, MessageHead head, IEnumerable<KeyValuePair<string, string>> sent, string[] made)
    {
        var expected = ReplayHeaders.Comparable(sent.Select(h => KeyValuePair.Create(h.Key, ExpectedText.OfHeader(engine, h.Key, h.Value)))).Where(IsCompared).ToList();
        var actual = ReplayHeaders.Comparable(head.Fields.Select(f => KeyValuePair.Create(f.Name, f.Value))).Where(IsCompared).ToList();
        if (!actual.SequenceEqual(expected))
            Add(replay, $"the {side} head differs: {string.Join(" | ", actual.Except(expected))} and not {string.Join(" | ", expected.Except(actual))}");

        bool IsCompared(string line) => !made.Any(m => line.StartsWith(m + ":", StringComparison.Ordinal));
    }

    private void Add(Replay replay, string what) => _differences.Add($"{replay}: {what}");

    private static byte[] Decoded(RecordedExchange exchange, byte[] wire)
    {
        if (exchange.Coding is null || wire.Length == 0)
            return wire;
        using var gzip = new GZipStream(new MemoryStream(wire), CompressionMode.Decompress);
        using var clear = new MemoryStream();
        gzip.CopyTo(clear);
        return clear.ToArray();
    }
}
