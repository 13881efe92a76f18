namespace K8sRecorder.Dialects;

/// <summary>One dispatched event of an SSE stream.</summary>
/// <param name="Start">Offset of its first byte in the stream; comments and fields without data before it are counted in.</param>
/// <param name="End">Offset behind the empty line that ended it.</param>
/// <param name="Type">The <c>event</c> field; empty where there was none (which means <c>message</c>).</param>
/// <param name="Data">The <c>data</c> lines, joined by line feeds.</param>
/// <param name="LastEventId">The last <c>id</c> seen on the stream so far.</param>
/// <param name="IsTruncated">The event was larger than the limit and the rest of its data is left out.</param>
public sealed record ServerSentEvent(
    long Start, long End, string Type, ReadOnlyMemory<byte> Data, string LastEventId, bool IsTruncated);
