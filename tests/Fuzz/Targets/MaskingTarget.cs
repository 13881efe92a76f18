using System.Buffers;
using System.Text;
using System.Text.Json;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Masking;
using K8sRecorder.Masking.Lanes;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// Masking. The first byte says the shape (an AWS event stream spells the rest in deltas), the second which engine; in the rest, 0x01 and the byte behind it stand for a secret between
/// blanks. No secret comes out, the spans are exactly the markers, what is between them is what came in, and none of it depends on the split.
/// </summary>
internal sealed class MaskingTarget : FuzzTarget
{
    // A window, a block, an escape that is not there in full, and what the rules below look back at.
    private const int MostPending = (16 * 1024) + 4096 + Unescaper.MaxSource + 64;
    private const byte Mark = 1;
    private const int Wait = 16 * 1024;
    private const byte Aws = 0xE0; // and above

    private static readonly string[] SecretHeaders = ["Authorization", "x-api-key", "Cookie", "Set-Cookie", "Proxy-Authorization"];

    private static readonly MaskingEngine[] Engines =
    [
        MaskingEngine.Create(new MaskingOptions { TagKey = [.. Enumerable.Range(1, 32).Select(i => (byte)i)] }),
        MaskingEngine.Create(new MaskingOptions
        {
            Rules = [new MaskingRule("employee-id", "EMP-[0-9]{6}", 64), new MaskingRule("code", "(?i)code: [a-z0-9]{2,40}", 64)],
            JsonPaths = ["$.user.ssn", "$.users[*].ssn", "$.a"],
            TagKey = [.. Enumerable.Range(1, 32).Select(i => (byte)i)],
        }),
    ];

    public override string Name => "masking";

    public override string Subject => "MaskingEngine: all shapes, headers; secrets planted, and spelt over AWS messages";

    public override int MaxLength => 48 * 1024;

    public override IEnumerable<string> Dictionary =>
    [
        "\x01\0", "\x01\x01", "\x01\x02", "password=", "\"password\": \"", "api_key: ", "Bearer ", "postgres://u:p@h/d", "-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY-----",
        "[MASKED:openai-key]", "[MASKED:", "\\u0073k", "\\n", "\\\\", "\\\"", "%73%6b", "&token=", "?key=", "data: {\"delta\":\"", "\"}\n\n", "eyJhbGciOiJIUzI1NiJ9.eyJ", "4111111111111111",
        "EMP-123456", "code: ab", "{\"user\":{\"ssn\":", "{\"a\":[", "c2stcHJvai1aazN2VDlxTHc4WHlCMm5SNm1IYzRKZFA=", "base64,", "sk-", "AKIA", "\u00e9", "=", ";",
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        for (byte shape = 0; shape < 7; shape++)
        {
            for (byte engine = 0; engine < 2; engine++)
                yield return [shape, engine, .. "{\"user\":{\"ssn\":\"1\"},\"password\":\"hunter22x\",\"m\":\"a"u8, 1, shape, .. "b\",\"code\":[1,{\"x\":null}]}"u8];
        }

        for (byte size = 0; size < 64; size += 3)
            yield return [Aws, size, .. "so: "u8, 1, size, .. "; "u8, 1, (byte)(size + 1), .. ".\nEnd"u8];
        foreach (var body in Material.Requests.Concat(Material.Responses))
            yield return [(byte)(body[0] == '{' ? 1 : 2), (byte)(body.Length % 2), .. body];
        yield return [2, 0, .. "data: {\"delta\":\"sk-proj-Zk3vT9\"}\n\ndata: {\"delta\":\"qLw8XyB2nR6mHc4JdP \"}\n\n"u8, 1, 0];
        yield return [1, 1, .. "{\"user\":{\"ssn\":123},\"a\":null,\"users\":[{\"ssn\":true},{\"ssn\":[1]}],\"n\":4111111111111111}"u8];
        yield return [0, 1, .. "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx7Kq2mW9ztR4vB8nLp3d\n-----END RSA PRIVATE KEY-----\n"u8];
        yield return [3, 0, .. "a=1&password=hunter22&b="u8, 1, 1];
        yield return [5, 0, .. "/x?token=abcdefgh12345678&u=https://u:pass1word@h/"u8];
    }

    public override long AllocationLimit(int length) => (4 << 20) + (64L * length);

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length < 2)
            return;
        var engine = Engines[input[1] % 2];
        var clear = Plant(input.AsSpan(2));
        if (input[0] < Aws && input[0] % 7 == 6)
        {
            CheckHeaders(engine, clear);
            return;
        }

        var shape = input[0] >= Aws ? MaskingShape.AwsEventStream : (MaskingShape)(input[0] % 7);
        if (shape == MaskingShape.AwsEventStream)
            clear = AwsMessages.Of(clear, way: input[1]);
        measure.Begin();
        var whole = Mask(engine, shape, clear, null);
        measure.End();
        // A secret that goes on in the next string of a stream has its marker where it begins; its rest is gone without one.
        if (shape is not (MaskingShape.EventStream or MaskingShape.AwsEventStream))
            CheckSpans(clear, whole.Output, whole.Spans, mayQuote: shape == MaskingShape.Json);
        else
            CheckSubsequence(clear, whole.Output, whole.Spans);
        if (Planted.In(whole.Output) is { } secret)
            throw new OracleException("no secret comes out", $"{shape}: {secret}");
        if (shape == MaskingShape.AwsEventStream && clear.Length < Wait && Planted.In(AwsMessages.TextOf(whole.Output)) is { } spelt)
            throw new OracleException("no secret is spelt", spelt);

        if (shape == MaskingShape.Json && IsJson(clear) && !IsJson(whole.Output))
            throw new OracleException("JSON stays JSON", Encoding.UTF8.GetString(whole.Output));
        foreach (var way in Splits.Ways(clear))
        {
            var split = Mask(engine, shape, clear, way);
            if (!split.Output.AsSpan().SequenceEqual(whole.Output) || !split.Spans.SequenceEqual(whole.Spans))
                throw new OracleException("any split", $"{shape} {way}:\n{Encoding.UTF8.GetString(split.Output)}\nwhole:\n{Encoding.UTF8.GetString(whole.Output)}");
        }
    }

    private static (byte[] Output, List<MaskedSpan> Spans) Mask(MaskingEngine engine, MaskingShape shape, byte[] clear, string? way)
    {
        var output = new ArrayBufferWriter<byte>();
        var spans = new List<MaskedSpan>();
        using var masker = engine.Open(shape);
        var taken = 0;
        void Take(ReadOnlyMemory<byte> piece)
        {
            masker.Write(piece.Span, output, spans);
            taken += piece.Length;
            if (masker.Pending > Math.Min(taken, MostPending))
                throw new OracleException("little is held back", $"{shape}: {masker.Pending} of {taken}");
        }

        if (way is null)
            Take(clear);
        else
            Splits.Feed(clear, way, Take);
        masker.Complete(output, spans);
        if (masker.Pending != 0)
            throw new OracleException("nothing is held at the end", masker.Pending + " bytes");
        return (output.WrittenSpan.ToArray(), spans);
    }

    private static void CheckHeaders(MaskingEngine engine, byte[] value)
    {
        foreach (var name in SecretHeaders.Append("x-other"))
        {
            var output = new ArrayBufferWriter<byte>();
            var spans = new List<MaskedSpan>();
            engine.MaskHeader(Encoding.ASCII.GetBytes(name), value, output, spans);
            CheckSpans(value, output.WrittenSpan.ToArray(), spans, mayQuote: false);
            if (Planted.In(output.WrittenSpan) is { } secret)
                throw new OracleException("no secret comes out of a header", $"{name}: {secret}");
        }
    }

    /// <summary>
    /// What is between the markers is what came in, in order. A bare JSON value gets quotes around its marker that nobody sent: both readings
    /// of such quotes are followed.
    /// </summary>
    private static void CheckSpans(byte[] clear, byte[] output, List<MaskedSpan> spans, bool mayQuote)
    {
        var at = 0;
        // How far the input is followed, where the quotes around the marker before came in, and where they did not.
        var (sent, added) = (0, -1);
        foreach (var span in spans)
        {
            var marker = Encoding.ASCII.GetBytes($"[MASKED:{span.Detector}]");
            if (span.At < at || span.At + span.Length > output.Length || !output.AsSpan((int)span.At, span.Length).SequenceEqual(marker))
                throw new OracleException("spans are the markers", $"{span} behind {at}");
            var end = (int)span.At + span.Length;
            var isQuoted = mayQuote && span.At > at && output[span.At - 1] == '"' && end < output.Length && output[end] == '"';
            var (first, until) = (at == 0, (int)span.At);
            (sent, added) = (
                Least(Follow(clear, sent, output.AsSpan(at..until), first), added < 0 || until == at ? -1 : Follow(clear, added, output.AsSpan((at + 1)..until), first)),
                !isQuoted ? -1 : Least(
                    Follow(clear, sent, output.AsSpan(at..(until - 1)), first),
                    added < 0 || until == at + 1 ? -1 : Follow(clear, added, output.AsSpan((at + 1)..(until - 1)), first)));
            if (sent < 0 && added < 0)
                throw new OracleException("what is not masked stays", $"{until - at} bytes before {span}");
            at = end;
        }

        if (spans.Count == 0 ? !output.AsSpan().SequenceEqual(clear) : !Ends(clear, sent, output.AsSpan(at)) && !(added >= 0 && Ends(clear, added, output.AsSpan(at + 1))))
            throw new OracleException("what is not masked stays", $"the rest from {at}");
    }

    private static int Least(int one, int other) => one < 0 ? other : other < 0 ? one : Math.Min(one, other);

    private static bool Ends(byte[] clear, int from, ReadOnlySpan<byte> rest) => from >= 0 && clear.AsSpan(from).EndsWith(rest);

    private static void CheckSubsequence(byte[] clear, byte[] output, List<MaskedSpan> spans)
    {
        var (from, at) = (0, 0);
        foreach (var span in spans.Append(new MaskedSpan(output.Length, 0, "", null)))
        {
            var (until, end) = ((int)span.At, (int)span.At + span.Length);
            // Quotes around a marker may be ours, and need not have come in.
            if (until > at && output[until - 1] == '"' && end < output.Length && output[end] == '"')
                (until, end) = (until - 1, end + 1);
            foreach (var value in output.AsSpan(at..until))
            {
                var step = clear.AsSpan(from).IndexOf(value);
                if (step < 0)
                    throw new OracleException("nothing is made up", $"byte {value:x2} behind {at}");
                from += step + 1;
            }

            at = end;
        }
    }

    /// <summary>Where in the input the piece between two markers ends at the earliest; -1 where it is not there.</summary>
    private static int Follow(byte[] clear, int from, ReadOnlySpan<byte> piece, bool isFirst)
    {
        if (from < 0)
            return -1;
        var step = clear.AsSpan(from).IndexOf(piece);
        return step < 0 || (isFirst && step > 0) ? -1 : from + step + piece.Length;
    }

    private static byte[] Plant(ReadOnlySpan<byte> rest)
    {
        var clear = new List<byte>();
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i] == Mark && i + 1 < rest.Length)
                clear.AddRange([(byte)' ', .. Encoding.ASCII.GetBytes(Planted.Secrets[rest[++i] % Planted.Secrets.Count]), (byte)' ']);
            else
                clear.Add(rest[i]);
        }

        return [.. clear];
    }

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 1000 });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
