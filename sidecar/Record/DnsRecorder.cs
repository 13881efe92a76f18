using System.Collections.Concurrent;
using K8sRecorder.Sidecar.Dns.Messages;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Record;

/// <summary>Records DNS: questions and what was answered. Any thread.</summary>
internal sealed class DnsRecorder(SessionRotation sessions, RecorderSettings settings)
{
    private const int MostKept = 64;

    private readonly ConcurrentBag<DnsScratch> _scratch = [];

    /// <summary>A question came. Dispose it when it was answered.</summary>
    /// <param name="asked">The agent's message; must stay as it is until then.</param>
    /// <param name="question">What could be read of it.</param>
    /// <param name="byTcp">Whether it came by TCP.</param>
    public DnsRecording Begin(ReadOnlyMemory<byte> asked, in DnsQuestion question, bool byTcp) =>
        new(this, sessions.Lease(), settings, asked, question, byTcp);

    internal DnsScratch Rent() => _scratch.TryTake(out var scratch) ? scratch : new DnsScratch(settings.Masking);

    internal void Return(DnsScratch scratch)
    {
        scratch.Clear();
        if (_scratch.Count < MostKept)
            _scratch.Add(scratch);
    }
}
