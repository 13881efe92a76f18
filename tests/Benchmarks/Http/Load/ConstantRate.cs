using System.Diagnostics;

namespace K8sRecorder.Benchmarks.Http.Load;

/// <summary>What responses took: from when their request was due, in milliseconds.</summary>
internal readonly record struct Latency(double P50, double P99, int Count);

/// <summary>
/// Open-loop load: a request is due at fixed times, whether or not earlier ones were answered, and its latency counts from when it was due.
/// So a server that stalls is charged for everything that had to wait meanwhile (no coordinated omission). One thread, which sleeps
/// between events: it must leave the machine to who is measured.
/// </summary>
internal sealed class ConstantRate(RequestText requests)
{
    private readonly byte[] _buffer = new byte[256 * 1024];

    /// <summary>Runs on a thread of its own.</summary>
    public Task<Latency> RunAsync(int port, double perSecond, TimeSpan duration, CancellationToken ct) =>
        Task.Factory.StartNew(() => Run(port, perSecond, duration, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private Latency Run(int port, double perSecond, TimeSpan duration, CancellationToken ct)
    {
        Polling.WakeInTime();
        var connections = Enumerable.Range(0, Wrk.Connections).Select(_ => new LoadConnection(port)).ToArray();
        try
        {
            var ticks = Drive(connections, Stopwatch.Frequency / perSecond, (int)(perSecond * duration.TotalSeconds), ct);
            Array.Sort(ticks);
            return new Latency(Milliseconds(ticks, 0.50), Milliseconds(ticks, 0.99), ticks.Length);
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    private long[] Drive(LoadConnection[] connections, double interval, int count, CancellationToken ct)
    {
        var polling = new Polling(connections);
        var busy = new bool[connections.Length];
        var free = new Queue<int>(Enumerable.Range(0, connections.Length));
        var took = new long[count];
        var (sent, done) = (0, 0);
        var start = Stopwatch.GetTimestamp();
        while (done < count)
        {
            ct.ThrowIfCancellationRequested();
            var now = Stopwatch.GetTimestamp();
            while (sent < count && free.Count > 0 && Due(sent) is var due && due <= now)
            {
                var connection = free.Dequeue();
                busy[connection] = true;
                connections[connection].Send(requests.Next(), due);
                sent++;
                now = Stopwatch.GetTimestamp();
            }
            polling.Wait(sent < count && free.Count > 0 ? Due(sent) - now : Stopwatch.Frequency);
            for (var i = 0; i < connections.Length; i++)
            {
                if (!polling.IsReadable(i))
                    continue;
                if (!busy[i])
                    throw new BenchmarkFailedException("a connection was closed, or spoke, between two requests");
                if (!connections[i].Receive(_buffer, null))
                    continue;
                if (connections[i].Status is < 200 or > 299)
                    throw new BenchmarkFailedException($"a response has status {connections[i].Status}");
                took[done++] = Stopwatch.GetTimestamp() - connections[i].Due;
                busy[i] = false;
                free.Enqueue(i);
            }
        }
        return took;

        long Due(int request) => start + (long)(request * interval);
    }

    private static double Milliseconds(long[] sorted, double share) =>
        sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))] * 1000.0 / Stopwatch.Frequency;
}
