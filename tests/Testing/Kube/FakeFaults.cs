using System.Text;
using Microsoft.AspNetCore.Http;

namespace K8sRecorder.Testing.Kube;

/// <summary>What goes wrong with a <see cref="FakeApiServer"/>, on demand.</summary>
public sealed class FakeFaults : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _next = [];
    private readonly List<FakeWatch> _watches = [];
    private TaskCompletionSource _watchesChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _all = new();
    private int _opened;

    /// <summary>Watches answer 410 as an HTTP status; else as an event, as API servers do today.</summary>
    public bool IsGoneAsStatus { get; set; }

    /// <summary>The next <paramref name="times"/> requests whose method and path contain <paramref name="what"/> are answered with this.</summary>
    public void FailNext(string what, FakeApiException with, int times = 1)
    {
        lock (_lock)
            _next.Add(new Fault(what, times, _ => throw with));
    }

    /// <summary>Likewise with any bytes, as a proxy in front would.</summary>
    public void AnswerNext(string what, int status, string body, int times = 1)
    {
        lock (_lock)
            _next.Add(new Fault(what, times, async context =>
            {
                context.Response.StatusCode = status;
                await context.Response.WriteAsync(body);
            }));
    }

    /// <summary>Likewise by breaking the connection without an answer.</summary>
    public void BreakNext(string what, int times = 1)
    {
        lock (_lock)
            _next.Add(new Fault(what, times, _ => throw new OperationCanceledException("broken")));
    }

    /// <summary>Returns when as many watches are open, however long that takes.</summary>
    public async Task WatchesAsync(int count)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_watches.Count == count)
                    return;
                changed = _watchesChanged.Task;
            }
            await changed;
        }
    }

    /// <summary>Returns when as many watches have been opened, from the first on.</summary>
    public async Task OpenedAsync(int count)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_opened >= count)
                    return;
                changed = _watchesChanged.Task;
            }
            await changed;
        }
    }

    /// <summary>Breaks every watch in the middle.</summary>
    public void DropWatches() => Each(watch => watch.Break());

    /// <summary>Ends every watch in order, as at its timeout.</summary>
    public void EndWatches() => Each(watch => watch.End());

    /// <summary>Events are kept back from every watch that is open now.</summary>
    public void SilenceWatches() => Each(watch => watch.Silence());

    /// <summary>Puts bytes of any kind into every watch.</summary>
    public void WriteToWatches(string text) => Each(watch => watch.Inject(Encoding.UTF8.GetBytes(text)));

    /// <summary>Puts a bookmark with the store's version into every watch.</summary>
    public void BookmarkWatches() => Each(watch => watch.Bookmark());

    internal void BreakAll()
    {
        CancellationTokenSource all;
        lock (_lock)
        {
            all = _all;
            _all = new CancellationTokenSource();
        }
        all.Cancel();
    }

    internal CancellationToken Broken
    {
        get
        {
            lock (_lock)
                return _all.Token;
        }
    }

    internal void Opened(FakeWatch watch) => Changed(() =>
    {
        _opened++;
        _watches.Add(watch);
    });

    internal void Closed(FakeWatch watch) => Changed(() => _watches.Remove(watch));

    /// <summary>True: the request has its answer.</summary>
    internal async Task<bool> AnswerAsync(HttpContext context)
    {
        Fault? due;
        lock (_lock)
        {
            var request = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}";
            due = _next.Find(fault => request.Contains(fault.What, StringComparison.Ordinal));
            if (due is not null && --due.Times == 0)
                _next.Remove(due);
        }
        if (due is null)
            return false;
        await due.Answer(context);
        return true;
    }

    public void Dispose() => _all.Dispose();

    private void Changed(Action change)
    {
        TaskCompletionSource told;
        lock (_lock)
        {
            change();
            told = _watchesChanged;
            _watchesChanged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        told.SetResult();
    }

    private void Each(Action<FakeWatch> what)
    {
        FakeWatch[] all;
        lock (_lock)
            all = [.. _watches];
        foreach (var watch in all)
            what(watch);
    }

    private sealed class Fault(string what, int times, Func<HttpContext, Task> answer)
    {
        public string What => what;

        public int Times { get; set; } = times;

        public Func<HttpContext, Task> Answer => answer;
    }
}
