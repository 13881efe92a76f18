namespace K8sRecorder.Soak.SidecarKill.Judging;

/// <summary>An exchange as the recording has it, from one channel.</summary>
internal sealed class RecordedExchange(string session, long channel)
{
    public string Name => $"{session}/{channel}";

    /// <summary>The exchange's id, from its heads or, on a raw connection, what the agent said first.</summary>
    public string? Id { get; set; }

    public RecordedMessage? Request { get; set; }

    public RecordedMessage? Response { get; set; }

    public bool IsTcp { get; set; }
}
