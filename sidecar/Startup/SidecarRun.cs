using System.Net.Sockets;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Admin;
using K8sRecorder.Sidecar.Guard;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http1;
using K8sRecorder.Sidecar.Parse.Http2;
using K8sRecorder.Sidecar.Parse.Tcp;
using K8sRecorder.Sidecar.Pipeline;
using K8sRecorder.Sidecar.Record;
using K8sRecorder.Sidecar.Seal;
using K8sRecorder.Sidecar.Ship;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>
/// The running recorder: puts the stages together, starts them from the spool to the listeners, and stops them the other way
/// round. Nothing listens before the spool is recovered.
/// </summary>
internal sealed class SidecarRun : IAsyncDisposable
{
    // SIGTERM to exit within 2 s: exchanges get the first part of it, the store what is left
    private static readonly TimeSpan StopTime = TimeSpan.FromMilliseconds(1800);
    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CutTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeastShipTime = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(50);

    private readonly IRecordingStore _store;
    private readonly RecordingSpool _spool;
    private readonly SessionRotation _sessions;
    private readonly ShippingState _shipping;
    private readonly UploadLoop _uploads;
    private readonly ChannelSlots _slots;
    private readonly RecorderPipeline _pipeline;
    private readonly SidecarMetrics _metrics;
    private readonly MetricsText _metricsText;
    private readonly CaptureStart? _capture;
    private readonly IReadOnlyList<HttpTarget> _httpTargets;
    private readonly Http2Server _http2;
    private readonly Listeners _listeners;
    private readonly IdleTrim _idleTrim;
    private readonly AdminListener? _admin;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private Task _rotating = Task.CompletedTask;
    private readonly bool _dropsWhenFull;
    private volatile bool _isReady;

    private SidecarRun(
        SidecarConfiguration configuration, IRecordingStore store, RecordingSpool spool, RecordingSession session,
        SessionIdentity identity, TimeProvider time, ILoggerFactory loggers)
    {
        var policy = configuration.Policy;
        _time = time;
        _dropsWhenFull = policy.Mode == Policy.Model.RecordingMode.BestEffort;
        _logger = loggers.CreateLogger("K8sRecorder");
        _store = store;
        _spool = spool;
        var runLabels = new RunLabels(policy.RunKeyHeaders);
        _sessions = new SessionRotation(
            session, new RotationOptions(policy.IdleTimeout, policy.MaxAge, policy.BytesPerSession, identity), runLabels, time, loggers.CreateLogger<SessionRotation>());
        _shipping = new ShippingState(spool, loggers.CreateLogger<ShippingState>());
        var shipper = new SpoolShipper(spool, new StoreGrants(store), new ShippingOptions { Observer = _shipping, Time = time });
        _uploads = new UploadLoop(shipper, time, loggers.CreateLogger<UploadLoop>());
        _slots = new ChannelSlots(policy.OpenChannels);
        _metrics = new SidecarMetrics();
        _metrics.Observe(() => _sessions.Current, shipper, _shipping, spool, _slots);
        _metricsText = new MetricsText(_metrics.Meter);
        var framework = new FrameworkLoggers(_logger, time);
        var settings = new RecorderSettings(configuration.Masking, runLabels, policy.BodyLimit, policy.Mode == Policy.Model.RecordingMode.Strict, time);
        _pipeline = new RecorderPipeline(_sessions, settings, _slots, _metrics, loggers.CreateLogger<RecorderPipeline>());
        _idleTrim = new IdleTrim(time, _pipeline.Clock);
        _http2 = new Http2Server(_pipeline, framework);
        _capture = policy.Capture is CaptureMode.Redirect or CaptureMode.Proxy
            ? CaptureStart.Open(configuration, _sessions, settings, _pipeline, _http2, _metrics, loggers) : null;
        var dialler = new Dialler(UpstreamClient(configuration, time), time);
        var targets = policy.Targets.Where(target => target is { Listen: not null, Upstream: not null }).ToList();
        var forHttp2 = OpenFiles.MaxConnectionsForHttp2(targets.Count);
        var http = targets.Where(target => target.Protocol == TargetProtocol.HTTP)
            .Select(target => (Listen: target.Listen!, Target: new HttpTarget(
                new ChannelFacts(target.Name), new UpstreamRoute(target.Upstream!, dialler), forHttp2)
            { Guard = HttpGuard.Of(target.Guard) })).ToList();
        _httpTargets = [.. http.Select(target => target.Target)];
        _listeners = new Listeners(
            [
                .. _capture?.Listeners ?? [],
                .. http.Select(one => new Listener(
                    one.Listen, one.Target.Name, socket => new Http1Connection(new Wire(socket, null), [], one.Target, _pipeline, _http2))),
                .. targets.Where(target => target.Protocol == TargetProtocol.TCP).Select(target => (target.Listen, target.IsPassthrough, Target: TcpTarget.Of(target, dialler)))
                    .Select(one => new Listener(one.Listen!, one.Target.Name, socket => one.IsPassthrough
                        ? new PassthroughConnection(socket, one.Target, _pipeline)
                        : new TcpConnection(socket, new NetworkStream(socket, ownsSocket: true), one.Target, _pipeline))),
            ],
            OpenFiles.MaxConnections(),
            _pipeline.Clock,
            time,
            loggers.CreateLogger<Listeners>());
        _admin = configuration.Admin is { } address ? new AdminListener(address, _metricsText, () => IsHealthy, Readiness, time) : null;
    }

    public SessionRotation Sessions => _sessions;

    public RecordingSession Session => _sessions.Current;

    /// <summary>Faults when recording can no longer go on.</summary>
    public Task Failed => _sessions.Failed;

    private bool IsHealthy => !_sessions.Failed.IsFaulted;

    /// <summary>Recovers the spool, then opens the listeners.</summary>
    public static async Task<SidecarRun> StartAsync(
        SidecarConfiguration configuration, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger("K8sRecorder");
        if (!configuration.TagKeyWasGiven)
            logger.RandomTagKey();
        var policy = configuration.Policy;
        // the lock first: a second recorder on this spool must not touch anything
        var spool = await SpoolStart.OpenAsync(
            new SpoolOptions(configuration.SpoolFolder, configuration.KeysFolder, policy.SpoolSizeLimit) { Time = time }, time, logger, cancellationToken);
        IRecordingStore? store = null;
        RecordingSession? session = null;
        try
        {
            (store, var storeId) = await StoreOpening.OpenAsync(configuration, logger, cancellationToken);
            var identity = new SessionIdentity { Store = storeId, Policy = configuration.PolicyDigest, TagKeyId = configuration.TagKey.Id };
            session = await SpoolStart.RecoverAsync(spool, store, identity, OptionsOf(policy, time), logger, cancellationToken);
            var run = new SidecarRun(configuration, store, spool, session, identity, time, loggers);
            try
            {
                run.Listen();
                return run;
            }
            catch
            {
                await run.DisposeAsync();
                (store, session, spool) = (null, null, null);
                throw;
            }
        }
        catch
        {
            if (session is not null)
                await session.DisposeAsync();
            if (store is not null)
                await store.DisposeAsync();
            spool?.Dispose();
            throw;
        }
    }

    /// <summary>Stops accepting, lets what is open end, closes the session and ships it; what cannot be shipped stays in the spool.</summary>
    public async Task StopAsync()
    {
        var began = _time.GetTimestamp();
        _isReady = false;
        _pipeline.Stop();
        _logger.Stopping(DrainTime.TotalSeconds);
        await DrainAsync();
        await _stopping.CancelAsync();
        await _rotating;
        var isClosed = false;
        try
        {
            using var close = new CancellationTokenSource(Left(LeastShipTime, began), _time);
            await _sessions.CloseAsync(close.Token);
            isClosed = true;
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            _logger.NotClosed(failure.GetType().Name);
        }
        using var ship = new CancellationTokenSource(Left(TimeSpan.Zero, began), _time);
        // a session that is still being closed has not put all of its entries into the spool yet
        if (await _uploads.DrainAsync(ship.Token) && isClosed && _spool.WaitingEntries == 0)
            _logger.AllShipped();
        else
            TellWhatIsLeft();
    }

    /// <summary>
    /// Until all that is open has ended; after its time it is cut. What is cut ends at once: something that does not must not keep the session
    /// from being closed, and all others' records from the store.
    /// </summary>
    private async Task DrainAsync()
    {
        using var drain = new CancellationTokenSource(DrainTime, _time);
        var draining = Task.WhenAll(_listeners.StopAsync(drain.Token), _http2.StopAsync(drain.Token), _capture?.StopAsync(drain.Token) ?? Task.CompletedTask);
        using var given = new CancellationTokenSource(DrainTime + CutTime); // of real time, as what it waits for
        await draining.WaitAsync(given.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (draining.IsCompleted)
            await draining;
        else
            _logger.StillOpen();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _rotating;
        await _listeners.DisposeAsync();
        _idleTrim.Dispose();
        await _http2.CloseAsync();
        if (_capture is not null)
            await _capture.DisposeAsync();
        if (_admin is not null)
            await _admin.DisposeAsync();
        await _uploads.DisposeAsync();
        await _sessions.DisposeAsync();
        _spool.Dispose();
        await _store.DisposeAsync();
        foreach (var target in _httpTargets)
            target.Dispose();
        _metricsText.Dispose();
        _metrics.Dispose();
        _slots.Dispose();
        _stopping.Dispose();
    }

    private static Recording.Sessions.SessionOptions OptionsOf(EffectivePolicy policy, TimeProvider time) => new()
    {
        Mode = policy.Mode switch
        {
            Policy.Model.RecordingMode.Strict => Recording.Sessions.RecordingMode.Strict,
            Policy.Model.RecordingMode.BestEffort => Recording.Sessions.RecordingMode.BestEffort,
            _ => Recording.Sessions.RecordingMode.Buffered,
        },
        Software = "k8srecorder " + (typeof(SidecarRun).Assembly.GetName().Version?.ToString(3) ?? "0"),
        HeadInterval = policy.HeadInterval,
        FlushInterval = policy.FlushInterval,
        MaxRecordsPerSecond = policy.RecordsPerSecond ?? 0,
        GatherTime = policy.Mode == Policy.Model.RecordingMode.Strict ? TimeSpan.Zero : GatherTime,
        Time = time,
    };

    /// <summary>Not ready: no traffic gets through. That the store fails alone is no reason, for the spool takes it all.</summary>
    private (bool IsReady, string Text) Readiness()
    {
        if (!_isReady || !IsHealthy)
            return (false, "not ready");
        if (_sessions.Current.Counters.SpoolFull && !_dropsWhenFull)
            return (false, $"the spool is full{(_shipping.Failing is { } why ? $" and nothing gets into the store ({why})" : "")}");
        return (true, _shipping.Failing is { } failing ? $"ok; but nothing gets into the store ({failing}), recording goes on into the spool" : "ok");
    }

    /// <summary>For whoever has only this log, and wonders what the store holds of it.</summary>
    private void TellWhatIsLeft()
    {
        var session = _sessions.Current;
        _logger.LeftInSpool(_spool.WaitingEntries, _spool.UsedBytes);
        foreach (var waiting in _spool.WaitingSessions())
        {
            if (waiting.FirstRecord is { } first)
                _logger.RecordsLeft(waiting.Session.ToString(), first);
            else
                _logger.ObjectsLeft(waiting.Session.ToString(), waiting.Entries);
        }
        _logger.LastHead(session.Id.ToString(), session.Counters.CoveredRecords, session.Counters.Records);
    }

    /// <summary>What is left of the time to stop in, less what the next step needs; never nothing.</summary>
    private TimeSpan Left(TimeSpan reserved, long began)
    {
        var left = StopTime - _time.GetElapsedTime(began) - reserved;
        return left > LeastShipTime ? left : LeastShipTime;
    }

    /// <summary>One for all upstreams. Its roots are read when they are first needed, but those of files that the policy names at once: they may be wrong.</summary>
    private Lazy<TlsClientSide> UpstreamClient(SidecarConfiguration configuration, TimeProvider time)
    {
        var client = new Lazy<TlsClientSide>(() => _capture?.Client
            ?? new TlsClientSide(new UpstreamTrust(TrustAnchors.Load(CertificateFile.SystemPaths, configuration.AdditionalAuthorities), time), time));
        if (configuration.AdditionalAuthorities.Count > 0)
            _ = client.Value;
        return client;
    }

    private void Listen()
    {
        _uploads.Start();
        _rotating = _sessions.RunAsync(_stopping.Token);
        _admin?.Start();
        _capture?.Start();
        _listeners.Start();
        _isReady = true;
    }
}
