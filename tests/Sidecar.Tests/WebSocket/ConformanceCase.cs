using static K8sRecorder.Sidecar.Tests.WebSocket.Frames;

namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>Something that one end says, and what the recording is to have of it.</summary>
/// <param name="Name">What it is, with the section of the Autobahn test suite that it is like.</param>
/// <param name="Said">Its frames, in order.</param>
/// <param name="Recorded">Messages in order of kind and text, without who said them; a prefix where it ends in <c>…</c>.</param>
internal sealed record ConformanceCase(string Name, ConformanceCase.Frame[] Said, string[] Recorded)
{
    private const string Stretch = "*-_^~ Hello-\u00c2\u00b5@\u00c3\u009f\u00c3\u00b6\u00c3\u00a4";

    private static readonly int[] GoodCodes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
    private static readonly int[] BadCodes = [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535];

    private static readonly string[] GoodTexts =
    [
        "", "\0", "\u007f", "\u00c2\u0080", "\u00df\u00bf", "\u00e0\u00a0\u0080", "\u00ed\u009f\u00bf", "\u00ee\u0080\u0080", "\u00ef\u00bf\u00bd", "\u00ef\u00bf\u00bf",
        "\u00f0\u0090\u0080\u0080", "\u00f4\u008f\u00bf\u00bf", "\u00ef\u00bb\u00bfmark", "\u00ce\u00ba\u00e1\u00bd\u00b9\u00cf\u0083\u00ce\u00bc\u00ce\u00b5",
    ];

    private static readonly string[] BadTexts =
    [
        "\u0080", "\u00bf", "\u00c0\u0080", "\u00c1\u00bf", "\u00c2", "\u00e0\u0080\u0080", "\u00e0\u009f\u00bf", "\u00ed\u00a0\u0080", "\u00ed\u00bf\u00bf", "\u00ed\u00a0\u0080\u00ed\u00b0\u0080",
        "\u00e2\u0082", "\u00f0\u0080\u0080\u0080", "\u00f0\u008f\u00bf\u00bf", "\u00f0\u0090\u0080", "\u00f4\u0090\u0080\u0080", "\u00f8\u0088\u0080\u0080\u0080", "\u00fe", "\u00ff", "a\u00c2b", "a\u00f0b",
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ConformanceCase> All { get; } = [.. Framing(), .. Reserved(), .. Fragments(), .. Utf8Texts(), .. Closes()];

    /// <summary>The bytes, as the agent or as the target says them.</summary>
    public string Bytes(bool isAgents) => string.Concat(Said.Select(frame => isAgents
        ? Masked(frame.Opcode, frame.Payload, frame.IsFinal, frame.Reserved)
        : Of(frame.Opcode, frame.Payload, frame.IsFinal, frame.Reserved)));

    /// <summary>Of a sidecar that was stopped: each case was a WebSocket of its own, in order, and is recorded as what it is.</summary>
    public static async Task AssertRecordedAsync(TestSidecar sidecar, bool isAgents)
    {
        var channels = (await RecordedMessage.AllAsync(sidecar)).GroupBy(message => message.First.Channel).OrderBy(channel => channel.Key).ToList();
        Assert.Equal(All.Count, channels.Count);
        var found = All.Zip(channels)
            .Where(pair => !pair.First.Recorded.Order(StringComparer.Ordinal).SequenceEqual(pair.Second.Select(Told).Order(StringComparer.Ordinal)))
            .Select(pair => $"{pair.First.Name}: {string.Join(", ", pair.Second.Select(Told))}").ToList();
        Assert.True(found.Count == 0, string.Join('\n', found.Select(line => line[..Math.Min(line.Length, 200)])));
        Assert.All(channels, channel => Assert.All(channel, message => Assert.Equal(isAgents ? "agent" : "target", message.From)));
        await Tests.Recorded.AssertSoundAsync(sidecar);
    }

    private static string Told(RecordedMessage message)
    {
        if (message.Type == "bytes")
            return $"bytes … {message.Facts}";
        var facts = string.Join(' ', message.Facts.Split(' ').Select(fact => fact.StartsWith("cut=", StringComparison.Ordinal) ? "cut" : fact));
        return $"{message.Type} '{message.Body}'{(facts.Length > 0 ? " " + facts : "")}";
    }

    private static IEnumerable<ConformanceCase> Framing()
    {
        foreach (var length in new[] { 0, 1, 125, 126, 127, 128, 65535, 65536 })
        {
            var payload = new string('*', length);
            yield return new($"1.1 text of {length}", [new(Text, payload)], [$"text '{payload}'"]);
            yield return new($"1.2 binary of {length}", [new(Binary, payload.Replace('*', '\u00fe'))], [$"binary '{payload.Replace('*', '\u00fe')}'"]);
        }
        foreach (var length in new[] { 0, 1, 124, 125 })
        {
            yield return new($"2 ping of {length}", [new(Ping, new string('\u00ff', length))], [$"ping '{new string('\u00ff', length)}'"]);
            yield return new($"2 pong of {length}", [new(Pong, new string('p', length))], [$"pong '{new string('p', length)}'"]);
        }
        yield return new("2.5 ping of 126", [new(Ping, new string('x', 126))], ["bytes … broken=control"]);
        yield return new("2.10 ten pings", [.. Enumerable.Range(0, 10).Select(i => new Frame(Ping, $"{i}"))], [.. Enumerable.Range(0, 10).Select(i => $"ping '{i}'")]);
    }

    private static IEnumerable<ConformanceCase> Reserved()
    {
        foreach (var bits in Enumerable.Range(1, 7))
        {
            foreach (var opcode in new[] { Text, Binary, Ping, Close })
                yield return new($"3 bits {bits} on {opcode}", [new(Text, "first"), new(opcode, "", Reserved: bits)], ["bytes … broken=reserved", "text 'first'"]);
        }
        foreach (var opcode in new[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 })
        {
            yield return new($"4 opcode {opcode}", [new(opcode, "")], ["bytes … broken=opcode"]);
            yield return new($"4 opcode {opcode} between", [new(Text, "a"), new(opcode, "odd"), new(Ping, "never a ping")], ["bytes … broken=opcode", "text 'a'"]);
        }
    }

    private static IEnumerable<ConformanceCase> Fragments()
    {
        foreach (var control in new[] { Ping, Pong, Close })
            yield return new($"5.1 {control} in fragments", [new(control, "frag", false), new(Continuation, "ment")], ["bytes … broken=control"]);
        yield return new("5.3 two fragments", [new(Text, "frag", false), new(Continuation, "ment")], ["text 'fragment'"]);
        yield return new("5.6 ping between", [new(Text, "frag", false), new(Ping, "p"), new(Continuation, "ment")], ["ping 'p'", "text 'fragment'"]);
        yield return new("5.9 continuation of nothing", [new(Continuation, "x")], ["bytes … broken=fragment"]);
        yield return new("5.10 continuation behind a whole one", [new(Text, "whole"), new(Continuation, "x", false)], ["bytes … broken=fragment", "text 'whole'"]);
        yield return new("5.18 text inside of a text", [new(Text, "one", false), new(Text, "two")], ["bytes … broken=fragment", "text 'one' cut"]);
        yield return new("5.18 binary inside of a text", [new(Text, "one", false), new(Binary, "two")], ["bytes … broken=fragment", "text 'one' cut"]);
        yield return new(
            "5.19 five fragments and pings between",
            [new(Text, "1", false), new(Continuation, "2", false), new(Ping, "a"), new(Continuation, "3", false), new(Continuation, "4", false), new(Ping, "b"), new(Continuation, "5")],
            ["ping 'a'", "ping 'b'", "text '12345'"]);
        yield return new("5 empty fragments", [new(Binary, "", false), new(Continuation, "", false), new(Continuation, "")], ["binary ''"]);
        yield return new("5 close between", [new(Text, "begun", false), new(Close, CloseOf(1000)), new(Continuation, " and on")], ["close '' code=1000", "text 'begun and on'"]);
        yield return new(
            "9 many fragments", [.. Enumerable.Range(0, 1024).Select(i => new Frame(i == 0 ? Binary : Continuation, new string('b', 64), i == 1023))], [$"binary '{new string('b', 65536)}'"]);
        yield return new("9 a large one", [new(Text, new string('l', 1 << 20))], [$"text '{new string('l', 1 << 20)}'"]);
    }

    private static IEnumerable<ConformanceCase> Utf8Texts()
    {
        foreach (var (text, error) in GoodTexts.Append(Stretch).Select(text => (text, "")).Concat(BadTexts.Select(text => (text, " error=not UTF-8"))))
        {
            yield return new($"6 {Hex(text)}", [new(Text, text)], [$"text '{text}'{error}"]);
            yield return new($"6 {Hex(text)} as binary", [new(Binary, text)], [$"binary '{text}'"]);
            yield return new($"6 {Hex(text)} between", [new(Text, $"a{text}z")], [$"text 'a{text}z'{error}"]);
            // every border of bytes is one of frames, once
            for (var at = 1; at < text.Length; at++)
                yield return new($"6 {Hex(text)} cut at {at}", [new(Text, text[..at], false), new(Ping, ""), new(Continuation, text[at..])], ["ping ''", $"text '{text}'{error}"]);
        }
    }

    private static IEnumerable<ConformanceCase> Closes()
    {
        yield return new("7.1.2 close twice", [new(Close, CloseOf(1000)), new(Close, CloseOf(1001))], ["close '' code=1000", "close '' code=1001"]);
        yield return new("7.1.3 ping behind a close", [new(Close, CloseOf(1000)), new(Ping, "late")], ["close '' code=1000", "ping 'late'"]);
        yield return new("7.1.4 text behind a close", [new(Close, CloseOf(1000)), new(Text, "late")], ["close '' code=1000", "text 'late'"]);
        yield return new("7.3.1 close without a payload", [new(Close, "")], ["close ''"]);
        yield return new("7.3.2 close of a byte", [new(Close, "a")], ["close '' error=not a close code"]);
        yield return new("7.3.5 reason of 123", [new(Close, CloseOf(1000, new string('r', 123)))], [$"close '{new string('r', 123)}' code=1000"]);
        yield return new("7.3.6 reason of 124", [new(Close, CloseOf(1000, new string('r', 124)))], ["bytes … broken=control"]);
        yield return new("7.5.1 reason that is not UTF-8", [new(Close, CloseOf(1000, "\u00ce\u00ba\u00ed\u00a0\u0080"))], ["close '\u00ce\u00ba\u00ed\u00a0\u0080' code=1000 error=not UTF-8"]);
        foreach (var code in GoodCodes)
            yield return new($"7.7 code {code}", [new(Close, CloseOf(code))], [$"close '' code={code}"]);
        foreach (var code in BadCodes)
            yield return new($"7.9 code {code}", [new(Close, CloseOf(code, "why"))], [$"close 'why' code={code} error=not a close code"]);
    }

    private static string Hex(string latin1) => latin1.Length == 0 ? "nothing" : Convert.ToHexString(System.Text.Encoding.Latin1.GetBytes(latin1));

    /// <summary>A frame.</summary>
    internal sealed record Frame(int Opcode, string Payload, bool IsFinal = true, int Reserved = 0);
}
