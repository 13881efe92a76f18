using System.Collections.Concurrent;
using K8sRecorder.Sidecar.Dns.Messages;
using K8sRecorder.Sidecar.Dns.Resolvers;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Record;

/// <summary>Records DNS: questions and what was answered. Any thread.</summary>
internal sealed class DnsRecorder(SessionRotation sessions, RecorderSettings settings) : IDisposable
{
    private const int MostKept = 64;

    // with their text these may be large while they wait for the session
    private const int MostLarge = 16;
    private const int Small = 512;

    private readonly ConcurrentBag<DnsScratch> _scratch = [];
    private readonly LargeAnswers _large = new(MostLarge);

    /// <summary>A question came. Dispose it when it was answered.</summary>
    /// <param name="asked">The agent's message; must stay as it is until then.</param>
    /// <param name="question">What could be read of it.</param>
    /// <param name="byTcp">Whether it came by TCP.</param>
    public DnsRecording Begin(ReadOnlyMemory<byte> asked, in DnsQuestion question, bool byTcp) =>
        new(this, sessions.Lease(), settings, asked, question, byTcp);

    /// <summary>Waits until an answer of this length may be made text of; dispose what it gives when the session has it.</summary>
    public ValueTask<IDisposable?> EnterAsync(int length) => _large.EnterAsync(length, Small, CancellationToken.None);

    internal DnsScratch Rent() => _scratch.TryTake(out var scratch) ? scratch : new DnsScratch(settings.Masking);

    internal void Return(DnsScratch scratch)
    {
        scratch.Clear();
        if (_scratch.Count < MostKept)
            _scratch.Add(scratch);
    }

    public void Dispose() => _large.Dispose();
}
