using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace K8sRecorder.Testing.Kube;

/// <summary>One open watch: first what it missed, then what happens, one line each.</summary>
internal sealed class FakeWatch(FakeStore store, FakeKind kind, string? space, FakeSelector selector, bool bookmarks) : IDisposable
{
    private readonly Channel<byte[]> _injected = Channel.CreateUnbounded<byte[]>();
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _break = new();
    private volatile bool _isSilent;
    private long _version;

    public void End() => _end.Cancel();

    public void Break() => _break.Cancel();

    public void Silence() => _isSilent = true;

    public void Inject(byte[] bytes) => _injected.Writer.TryWrite(bytes);

    public void Bookmark()
    {
        if (bookmarks && !_isSilent)
            Inject(Line("BOOKMARK", new JsonObject
            {
                ["kind"] = kind.Kind,
                ["apiVersion"] = kind.ApiVersion,
                ["metadata"] = new JsonObject { ["resourceVersion"] = store.Version.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null },
            }));
    }

    /// <summary>Runs until somebody ends it; after version <paramref name="from"/>, or from the state as it is where that is null.</summary>
    public async Task RunAsync(HttpContext context, long? from, FakeFaults faults)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _break.Token, faults.Broken);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(broken.Token, _end.Token);
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync(broken.Token);
        await context.Response.Body.FlushAsync(broken.Token);
        faults.Opened(this);
        try
        {
            if (from is null)
            {
                var (items, version, _) = store.List(kind, space, selector, 0, null);
                foreach (var item in items)
                    await SendAsync(context, Line("ADDED", item), broken.Token);
                from = version;
            }
            _version = from.Value;
            while (!_end.IsCancellationRequested)
            {
                var changed = store.Changed;
                while (_injected.Reader.TryRead(out var bytes))
                    await SendAsync(context, bytes, broken.Token);
                if (!_isSilent && !await CatchUpAsync(context, broken.Token))
                    return;
                var injected = _injected.Reader.WaitToReadAsync(any.Token).AsTask();
                await Task.WhenAny(_isSilent ? injected : changed, injected);
                broken.Token.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            faults.Closed(this);
        }
    }

    public void Dispose()
    {
        _end.Dispose();
        _break.Dispose();
    }

    private async Task<bool> CatchUpAsync(HttpContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<FakeChange> missed;
        try
        {
            missed = store.Since(_version);
        }
        catch (FakeApiException expired)
        {
            await SendAsync(context, Line("ERROR", expired.ToStatus()), cancellationToken);
            return false;
        }
        foreach (var change in missed)
        {
            _version = change.Version;
            if (change.Kind == kind && (space is null || FakeStore.Text(change.Entity["metadata"]!.AsObject(), "namespace") == space) && TypeFor(change) is { } type)
                await SendAsync(context, Line(type, change.Entity), cancellationToken);
        }
        return true;
    }

    /// <summary>What moves into a selection is added to it, what moves out deleted.</summary>
    private string? TypeFor(FakeChange change)
    {
        var (isIn, wasIn) = (selector.Matches(change.Entity), change.Before is { } before && selector.Matches(before));
        return change.Type is "DELETED" ? (wasIn ? "DELETED" : null) : (isIn, wasIn) switch
        {
            (true, true) => "MODIFIED",
            (true, false) => "ADDED",
            (false, true) => "DELETED",
            _ => null,
        };
    }

    private static byte[] Line(string type, JsonObject entity) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["object"] = entity.DeepClone() }.ToJsonString() + "\n");

    private static async Task SendAsync(HttpContext context, byte[] bytes, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(bytes, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
