using System.Globalization;
using System.Text.Json;
using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube.Http;

/// <summary>One watch request, its lines, and the clock that ends it where the server falls silent.</summary>
internal sealed class WatchStream<T>(KubeTransport transport, KubernetesClientOptions options, WatchOptions watch) : IAsyncDisposable
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly EntityInfo _info = EntityInfo.Of<T>();
    private HttpResponseMessage? _response;
    private LineReader? _lines;

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var query = new QueryText(_info.Collection(watch.Namespace))
            .With("watch", "true")
            .With("allowWatchBookmarks", "true")
            .With("resourceVersion", watch.ResourceVersion)
            .With("labelSelector", watch.LabelSelector)
            .With("fieldSelector", watch.FieldSelector)
            .With("timeoutSeconds", Math.Max(1, (int)watch.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        await WithinAsync(
            async token =>
            {
                _response = await transport.SendAsync(new KubeRequest(HttpMethod.Get, query.ToString()), token);
                _lines = new LineReader(await _response.Content.ReadAsStreamAsync(token), options.MaxWatchLine);
                return true;
            },
            options.RequestTimeout,
            cancellationToken);
    }

    /// <summary>The next event; null where the server ended the watch.</summary>
    public async Task<WatchEvent<T>?> NextAsync(CancellationToken cancellationToken)
    {
        var line = await WithinAsync(token => _lines!.NextAsync(token).AsTask(), watch.Silence, cancellationToken);
        if (line is not { } bytes)
            return null;
        try
        {
            return WatchLine.Read<T>(bytes.Span, _info, options.Json);
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or InvalidOperationException)
        {
            throw KubeTransport.Failure(StatusReasons.Unreadable, "a line of the watch is not what the API says", unreadable);
        }
    }

    public ValueTask DisposeAsync()
    {
        _lines?.Dispose();
        _response?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<TResult> WithinAsync<TResult>(Func<CancellationToken, Task<TResult>> work, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(limit, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException late) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw KubeTransport.Failure(StatusReasons.Timeout, $"the watch was silent for {limit.TotalSeconds:0} s", late);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw transport.Unreachable(broken);
        }
    }
}
