using System.Security.Cryptography;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Soak.Memory;

/// <summary>
/// Bodies far larger than memory should be, each way, in each form: what is resident stays small, everything arrives, and the recording
/// holds what the body limit says, byte for byte.
/// </summary>
internal sealed class BodiesCheck(MemoryOptions options, Verdicts verdicts)
{
    public const string Name = "bodies";

    private const long Mark = 150 << 20;
    private const long DefaultLimit = 16 << 20;

    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var mode in new[] { "Buffered", "Strict" })
            await SessionAsync(mode, DefaultLimit, Cases(), ct);

        // and once with everything recorded: more than eight times what the spool may hold
        foreach (var mode in new[] { "Buffered", "Strict" })
            await SessionAsync(mode, long.MaxValue, WholeCases(), ct);
    }

    private static IEnumerable<(bool IsGzip, bool IsChunked, bool IsSlow)> Forms(bool slice)
    {
        yield return (false, false, false);
        yield return (true, true, true);
        if (slice)
            yield break;
        yield return (false, true, false);
        yield return (false, false, true);
        yield return (false, true, true);
        yield return (true, false, false);
    }

    private List<BodyCase> Cases()
    {
        var cases = new List<BodyCase>();
        foreach (var (gzip, chunked, slow) in Forms(options.IsSlice))
            foreach (var upload in new[] { false, true })
                cases.Add(new BodyCase(upload, slow, new LargeBody(cases.Count / 2, (long)options.Megabytes << 20, gzip, chunked)));
        return cases;
    }

    private List<BodyCase> WholeCases() =>
    [
        new BodyCase(false, false, new LargeBody(100, (long)options.Megabytes << 20, false, true)),
        new BodyCase(true, false, new LargeBody(101, (long)options.Megabytes << 20, true, true)),
    ];

    private async Task SessionAsync(string mode, long limit, List<BodyCase> cases, CancellationToken ct)
    {
        var isWhole = limit == long.MaxValue;
        await using var origin = new Origin();
        await using var sidecar = await MeasuredSidecar.StartAsync(
            options.Sidecar, origin, mode, isWhole ? "  record: { bodies: { limit: 64Gi } }" : "");
        var name = $"{Name} {mode}{(isWhole ? " whole" : "")}";
        foreach (var one in cases)
        {
            ProcessFigures.ForgetPeak(sidecar.Id);
            var wire = await one.Body.WireLengthAsync(ct);
            var began = TimeProvider.System.GetTimestamp();
            using var watching = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var spool = MostInSpoolAsync(sidecar, watching.Token);
            var arrived = await one.RunAsync(sidecar, ct);
            var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            await watching.CancelAsync();
            var peak = ProcessFigures.Peak(sidecar.Id);
            verdicts.Say(
                $"{name} {one.Name}",
                $"wire={Verdicts.Megabytes(wire)} text={Verdicts.Megabytes(one.Body.Bytes)} arrived={(arrived == wire ? "all" : arrived)} "
                + $"peak={Verdicts.Megabytes(peak)} spool<={Verdicts.Megabytes(await spool)} seconds={seconds:F1}",
                $"peak<{Verdicts.Megabytes(Mark)}", arrived == wire && peak < Mark);
        }

        await sidecar.StopAsync();
        await RecordedAsync(name, sidecar.StoreFolder, limit, cases, ct);
    }

    private static async Task<long> MostInSpoolAsync(MeasuredSidecar sidecar, CancellationToken ct)
    {
        var most = 0L;
        try
        {
            while (true)
            {
                most = Math.Max(most, (long)await sidecar.MetricAsync("recorder_spool_used_bytes"));
                await Task.Delay(200, ct);
            }
        }
        catch (OperationCanceledException)
        {
            return most;
        }
    }

    /// <summary>Verifies the store and puts each body together again.</summary>
    private async Task RecordedAsync(string name, string store, long limit, List<BodyCase> cases, CancellationToken ct)
    {
        await using var reader = new FolderStore(store);
        var verdict = await new StoreVerifier(reader, TrustSet.Empty).VerifyAsync(null, ct);
        var isSound = verdict.Findings.Count == 0
            && verdict.Sessions.All(static s => s.Integrity == Integrity.Sound && s.Completeness == Completeness.Complete);
        var (right, wrong, kept) = (0, new List<string>(), 0L);
        await foreach (var session in SessionList.NewestFirstAsync(reader, null, null, ct))
        {
            var opened = await SessionReader.OpenAsync(reader, session.Id, ct);
            var n = 0;
            await foreach (var exchange in opened.ExchangesAsync(ct))
            {
                var one = cases[n++];
                var length = Math.Min(limit, one.Body.Bytes);
                kept += length;
                if (await IsAsync(opened, one.IsUpload ? exchange.Request! : exchange.Response!, one.Body.Seed, length, ct))
                    right++;
                else
                    wrong.Add(one.Name);
            }
        }

        verdicts.Say(
            $"{name} recorded",
            $"verified={(isSound ? "sound, complete" : "NOT")} sessions={verdict.Sessions.Count} bodies={right} of {cases.Count} kept={Verdicts.Megabytes(kept)} "
            + $"stored={Verdicts.Megabytes(verdict.Sessions.Sum(static s => s.StoredBytes))}{(wrong.Count > 0 ? " wrong: " + string.Join(", ", wrong) : "")}",
            "sound, complete, every byte within the limit", isSound && right == cases.Count);
    }

    private static async Task<bool> IsAsync(SessionReader session, HttpMessage message, int seed, long length, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var read = 0L;
        foreach (var record in message.Records)
        {
            if (record.Content("body") is not { } body)
                continue;
            var bytes = (await session.ReadAsync(body, ct)).ToArray();
            read += bytes.Length;
            hash.AppendData(bytes);
        }

        return read == length && hash.GetHashAndReset().AsSpan().SequenceEqual(LargeText.Digest(seed, length));
    }
}
