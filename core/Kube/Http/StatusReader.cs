using System.Net;
using System.Text.Json;
using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube.Http;

/// <summary>Reads the <see cref="V1Status"/> of an answer that is no success; makes one up where a proxy or a web server answered.</summary>
internal static class StatusReader
{
    private const int MaxStatus = 256 * 1024;

    public static async Task<KubeStatusException> ReadAsync(
        HttpResponseMessage response, KubernetesClientOptions options, CancellationToken cancellationToken)
    {
        var status = await ReadStatusAsync(response, options.Json, cancellationToken) ?? new V1Status
        {
            Status = "Failure",
            Reason = response.StatusCode.ToString(),
            Message = $"HTTP {(int)response.StatusCode} without a status of the API; is that an API server?",
        };
        status.Code ??= (int)response.StatusCode;
        return new KubeStatusException(status, response.StatusCode, RetryAfter(response, status, options.Time));
    }

    private static async Task<V1Status?> ReadStatusAsync(HttpResponseMessage response, KubeJson json, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await BoundedBody.ReadAsync(response.Content, MaxStatus, cancellationToken);
            var status = JsonSerializer.Deserialize(body.Memory.Span, json.TypeInfo<V1Status>());
            return status?.Kind is "Status" ? status : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or HttpRequestException or IOException or KubeStatusException)
        {
            return null;
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, V1Status status, TimeProvider time)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? header?.Date - time.GetUtcNow()
            ?? (response.StatusCode == HttpStatusCode.TooManyRequests && status.Details?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
