namespace K8sRecorder.Sidecar.Dns;

/// <summary>What the agent is to get.</summary>
/// <param name="Message">The message, with the agent's id.</param>
/// <param name="Owner">Whose buffer it is, where it is pooled.</param>
internal readonly record struct DnsReply(ReadOnlyMemory<byte> Message, IDisposable? Owner) : IDisposable
{
    public void Dispose() => Owner?.Dispose();
}
