namespace K8sRecorder.Dialects;

/// <summary>One message of an <c>application/vnd.amazon.eventstream</c> body.</summary>
/// <param name="Start">Offset of its first byte in the stream.</param>
/// <param name="End">Offset behind its checksum.</param>
/// <param name="Headers">Its headers in order; numbers, times and ids in their text form, byte arrays in base64.</param>
/// <param name="Payload">Its payload.</param>
public sealed record AwsEventMessage(
    long Start, long End, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The value of the first header of that name, or null.</summary>
    public string? Header(string name)
    {
        foreach (var header in Headers)
        {
            if (header.Key == name)
                return header.Value;
        }

        return null;
    }
}
