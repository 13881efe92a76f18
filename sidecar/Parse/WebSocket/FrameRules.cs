namespace K8sRecorder.Sidecar.Parse.WebSocket;

/// <summary>
/// Which frames may come in one direction (RFC 6455 5.2 to 5.5). The recorder only looks on: what is against the rules goes on as it came, for
/// the ends to judge, but nobody can say from there on what its bytes mean.
/// </summary>
/// <param name="isFromAgent">Whether the frames come from the client, which has to mask them.</param>
/// <param name="compresses">Whether messages may be compressed.</param>
internal sealed class FrameRules(bool isFromAgent, bool compresses)
{
    private const int MostOfControl = 125;

    private bool _isInMessage;

    /// <summary>What is wrong with a frame that begins: a word of docs/recording-format.md; null where nothing is.</summary>
    public string? Begin(in FrameHeader frame)
    {
        if (frame.Length < 0)
            return "length";
        if (frame.IsMasked != isFromAgent)
            return "mask";
        var mayCompress = compresses && (frame.Opcode is FrameHeader.Text or FrameHeader.Binary);
        if ((frame.Reserved & ~(mayCompress ? FrameHeader.Compressed : 0)) != 0)
            return "reserved";
        if (frame.Opcode is > FrameHeader.Binary and < FrameHeader.Close or > FrameHeader.Pong)
            return "opcode";
        if (frame.IsControl)
            return !frame.IsFinal || frame.Length > MostOfControl ? "control" : null;
        if (frame.Opcode == FrameHeader.Continuation != _isInMessage)
            return "fragment";
        _isInMessage = !frame.IsFinal;
        return null;
    }
}
