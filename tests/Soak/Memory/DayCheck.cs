using System.Net;
using System.Security.Cryptography;
using K8sRecorder.Masking;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Sidecar.Startup;
using K8sRecorder.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sRecorder.Soak.Memory;

/// <summary>
/// A day of requests of which none repeats another, on a clock of its own: every head, seal, sweep and rotation of 24 hours. The sidecar runs in
/// this process; what is compared is what a full collection leaves of the heap.
/// </summary>
internal sealed class DayCheck(MemoryOptions options, Verdicts verdicts)
{
    public const string Name = "day";

    private const int PerStep = 20;
    private const int Connections = 4;
    private const long MarkGrowth = 8 << 20;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    public async Task RunAsync(CancellationToken ct)
    {
        using var folder = new TemporaryFolder();
        await using var origin = new Origin();
        var time = new ManualTime();
        var (http, tcp) = (new IPEndPoint(IPAddress.Loopback, Loopback.FreePort()), new IPEndPoint(IPAddress.Loopback, Loopback.FreePort()));
        Directory.CreateDirectory(folder["store"]);
        var sidecar = await SidecarRun.StartAsync(Configuration(folder, origin, http, tcp), time, NullLoggerFactory.Instance, ct);
        var load = new SmallLoad(http, tcp);
        var step = TimeSpan.FromSeconds(options.DayStepSeconds);
        var seen = new List<(long Heap, int Files)>();
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            // the table of known parts is full, and has been for long, after an eighth of it
            for (var (at, part) = (TimeSpan.Zero, 1); at < Day; at += step)
            {
                await load.RunAsync(PerStep, Connections, ct);
                time.Advance(step);
                if (at + step < Day * part / 8)
                    continue;
                part++;
                await sidecar.Session.FlushAsync(ct);
                seen.Add((GC.GetTotalMemory(forceFullCollection: true), Directory.GetFiles("/proc/self/fd").Length));
            }

            await sidecar.StopAsync();
        }
        finally
        {
            await sidecar.DisposeAsync();
        }

        var growth = seen[^1].Heap - seen[0].Heap;
        verdicts.Say(
            Name + " managed",
            $"eighths={string.Join(' ', seen.Select(static one => Verdicts.Megabytes(one.Heap)))} requests={PerStep * (long)(Day / step)} "
            + $"seconds={TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0}",
            $"growth<={Verdicts.Megabytes(MarkGrowth)}", growth <= MarkGrowth);
        verdicts.Say(Name + " files", $"eighths={string.Join(' ', seen.Select(static one => one.Files))}", "growth<=8", seen[^1].Files - seen[0].Files <= 8);
        await RecordedAsync(folder["store"], PerStep * (long)(Day / step), ct);
    }

    private static SidecarConfiguration Configuration(TemporaryFolder folder, Origin origin, IPEndPoint http, IPEndPoint tcp)
    {
        var tagKey = TagKey.Parse(RandomNumberGenerator.GetBytes(32))!;
        return new SidecarConfiguration
        {
            Policy = new EffectivePolicy
            {
                Mode = RecordingMode.Buffered,
                Targets =
                [
                    Target("api", TargetProtocol.HTTP, http, origin.Port),
                    Target("raw", TargetProtocol.TCP, tcp, origin.EchoPort),
                ],
            },
            PolicyDigest = "sha256:0",
            Masking = MaskingEngine.Create(new MaskingOptions { TagKey = tagKey.Key, TagKeyId = tagKey.Id }),
            TagKey = tagKey,
            TagKeyWasGiven = true,
            Store = StoreUrl.ForFolder(folder["store"]),
            SpoolFolder = folder["spool"],
            KeysFolder = folder["keys"],
            Admin = null,
        };
    }

    private static EffectiveTarget Target(string name, TargetProtocol protocol, IPEndPoint listen, int port) => new()
    {
        Name = name,
        Protocol = protocol,
        Listen = listen,
        Upstream = new EffectiveUpstream { Host = "127.0.0.1", Port = port, ServerName = "127.0.0.1", HostHeader = UpstreamHostMode.Preserve },
    };

    private async Task RecordedAsync(string store, long requests, CancellationToken ct)
    {
        await using var reader = new FolderStore(store);
        var verdict = await new StoreVerifier(reader, TrustSet.Empty).VerifyAsync(null, ct);
        var isSound = verdict.Findings.Count == 0
            && verdict.Sessions.All(static s => s.Integrity == Integrity.Sound && s.Completeness == Completeness.Complete);
        var records = verdict.Sessions.Sum(static s => s.Records);
        verdicts.Say(
            Name + " recorded", $"sessions={verdict.Sessions.Count} records={records} verified={(isSound ? "sound, complete" : "NOT")}",
            "sound, complete, two records a request", isSound && records >= 2 * requests);
    }
}
