using System.Collections.Concurrent;
using System.Diagnostics;

namespace K8sRecorder.Soak.SidecarKill.Oracle;

/// <summary>What clients and upstreams of one store note down.</summary>
internal sealed class Notebook(string prefix, Canaries canaries)
{
    private readonly ConcurrentDictionary<string, ExchangeNote> _notes = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _wrongs = new();
    private readonly DateTimeOffset _began = TimeProvider.System.GetUtcNow();
    private readonly long _beganAt = Stopwatch.GetTimestamp();
    private int _next;
    private int _handshakes;

    public Canaries Canaries => canaries;

    public ICollection<ExchangeNote> All => _notes.Values;

    /// <summary>What was not as it should be on the wire.</summary>
    public IReadOnlyCollection<string> Wrongs => _wrongs;

    /// <summary>Handshakes of TLS that clients have done.</summary>
    public int Handshakes => _handshakes;

    public static long Now => Stopwatch.GetTimestamp();

    public string NextId() => $"{prefix}-{Interlocked.Increment(ref _next):D6}";

    public ExchangeNote Begin(Plan plan, int life)
    {
        var note = new ExchangeNote(plan, life, Now);
        _notes[plan.Id] = note;
        return note;
    }

    public ExchangeNote? Find(string id) => _notes.GetValueOrDefault(id);

    public void CountHandshake() => Interlocked.Increment(ref _handshakes);

    public void Wrong(string what)
    {
        if (_wrongs.Count < 50)
            _wrongs.Enqueue(what);
    }

    public DateTimeOffset TimeOf(long moment) => _began + Stopwatch.GetElapsedTime(_beganAt, moment);
}
