using K8sRecorder.Benchmarks.Http.Cases;
using K8sRecorder.Benchmarks.Http.Load;
using K8sRecorder.Benchmarks.Http.Peers;

namespace K8sRecorder.Benchmarks.Http;

/// <summary>Before anything is measured: every request of a case, once over each way, must have the same answer.</summary>
internal sealed class Probe(BenchCase work)
{
    private readonly byte[] _buffer = new byte[256 * 1024];

    public async Task RunAsync(int upstream, IEnumerable<Peer> peers, CancellationToken ct)
    {
        var direct = await Task.Run(() => Answers(upstream, ct), ct);
        for (var i = 0; i < direct.Count; i++)
            if (work.AnswerTo(i) is { } body && !body.AsSpan().SequenceEqual(direct[i]))
                throw new BenchmarkFailedException($"the upstream answers request {i} with other bytes than it should");
        foreach (var peer in peers.Where(p => p.ProcessId is not null))
        {
            var answers = await Task.Run(() => Answers(peer.Port, ct), ct);
            for (var i = 0; i < direct.Count; i++)
                if (work.AnswerTo(i) is null ? answers[i].Length != direct[i].Length : !answers[i].AsSpan().SequenceEqual(direct[i]))
                    throw new BenchmarkFailedException($"through {peer.Name} the answer to request {i} is another one");
        }
    }

    private List<byte[]> Answers(int port, CancellationToken ct)
    {
        using var connection = new LoadConnection(port);
        var polling = new Polling([connection]);
        var requests = new RequestText(work);
        var answers = new List<byte[]>();
        while (answers.Count < requests.Count)
        {
            using var body = new MemoryStream();
            connection.Send(requests.Next(), 0);
            do
            {
                ct.ThrowIfCancellationRequested();
                polling.Wait(System.Diagnostics.Stopwatch.Frequency);
            }
            while (!connection.Receive(_buffer, body));
            if (connection.Status is < 200 or > 299)
                throw new BenchmarkFailedException($"request {answers.Count} was answered with status {connection.Status}");
            answers.Add(body.ToArray());
        }
        return answers;
    }
}
