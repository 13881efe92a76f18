using System.Text.Json;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>A head, a body or a piece of a stream, as recorded.</summary>
internal sealed class CatPiece
{
    public required long Seq { get; init; }

    public required DateTimeOffset At { get; init; }

    public required bool FromAgent { get; init; }

    /// <summary><c>head</c>, <c>body</c>, <c>trailers</c> or <c>data</c>.</summary>
    public required string What { get; init; }

    public required ReadOnlyMemory<byte> Bytes { get; init; }

    public required IReadOnlyList<MaskedText> Masked { get; init; }

    /// <summary>The parts of it; null for heads, which are put together.</summary>
    public Content? Content { get; init; }

    /// <summary>Number of the message of a WebSocket that it is of.</summary>
    public long? Message { get; init; }

    public required bool IsComplete { get; init; }

    /// <summary>Facts of the record: the coding on the wire, why it was cut.</summary>
    public string Facts { get; init; } = "";

    /// <summary>What is not there, in words.</summary>
    public string Problem => Content?.Parts.FirstOrDefault(part => part.State is not (PartState.Present or PartState.Unchecked)) is { } bad
        ? FormattableString.Invariant($"part {bad.Number} is {(bad.State == PartState.TooLarge ? "too large" : bad.State.ToString().ToLowerInvariant())}")
        : "a part is not there";

    public void Print(Printer output)
    {
        var tone = FromAgent ? Tone.Agent : Tone.Target;
        output.Put((FromAgent ? "> " : "< ") + What, tone)
            .Put(FormattableString.Invariant($"  #{Seq}{(Message is null ? "" : "  message ")}{Message}  {Amount.Exact(At)}  {Amount.Bytes(Bytes.Length)}{Facts}"), Tone.Faint);
        if (Masked.Count > 0)
            output.Put("  masked " + string.Join(", ", Masked.Select(span => span.Tag is null ? span.Detector : $"{span.Detector} ({span.Tag})").Distinct()), Tone.Caution);
        if (!IsComplete)
            output.Put("  " + Problem, Tone.Bad);
        output.End();
        if (Bytes.IsEmpty)
            return;
        if (Excerpt.IsText(Bytes.Span))
            PrintText(output);
        else
            output.Block(Excerpt.Of(Bytes.Span, int.MaxValue).Text, 2);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("seq", Seq);
        json.WriteString("at", Amount.Exact(At));
        json.WriteString("from", FromAgent ? "agent" : "target");
        json.WriteString("what", What);
        if (Message is { } message)
            json.WriteNumber("message", message);
        json.WriteNumber("bytes", Bytes.Length);
        json.WriteBoolean("complete", IsComplete);
        json.WriteStartArray("masked");
        foreach (var span in Masked)
        {
            json.WriteStartObject();
            json.WriteNumber("at", span.At);
            json.WriteNumber("length", span.Length);
            json.WriteString("detector", span.Detector);
            if (span.Tag is { } tag)
                json.WriteString("tag", tag);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        TranscriptJson.WriteBytes(json, Bytes.Span, int.MaxValue);
    }

    /// <summary>
    /// Markers that the recorder wrote stand out from those that only look so. Every line is indented: none can pass for a heading.
    /// </summary>
    private void PrintText(Printer output)
    {
        output.Put("  ");
        var at = 0L;
        foreach (var span in Masked.OrderBy(span => span.At))
        {
            if (span.At < at || span.At + span.Length > Bytes.Length)
                continue;
            output.Text(Bytes.Span[(int)at..(int)span.At], 2).Text(Bytes.Span.Slice((int)span.At, span.Length), 2, Tone.Caution);
            at = span.At + span.Length;
        }
        var end = Bytes.Span[^1] == '\n' ? Bytes.Length - 1 : Bytes.Length;
        if (at < end)
            output.Text(Bytes.Span[(int)at..end], 2);
        output.End();
    }
}
