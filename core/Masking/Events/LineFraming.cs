namespace K8sRecorder.Masking.Events;

/// <summary>A document a line, with <c>data:</c> in front or bare.</summary>
internal sealed class LineFraming : DocumentFraming
{
    public override int Take(ReadOnlySpan<byte> source, out bool isDocument, out bool ends)
    {
        isDocument = true;
        var feed = source.IndexOf((byte)'\n');
        ends = feed >= 0;
        return ends ? feed + 1 : source.Length;
    }
}
