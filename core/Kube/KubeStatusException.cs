using System.Net;
using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube;

/// <summary>The API server refused, or could not be asked. The one exception of this library's calls, beside cancellation.</summary>
public sealed class KubeStatusException : Exception
{
    public KubeStatusException(V1Status status, HttpStatusCode? statusCode, TimeSpan? retryAfter = null, Exception? inner = null)
        : base(Words(status), inner)
    {
        Status = status;
        StatusCode = statusCode;
        RetryAfter = retryAfter;
    }

    /// <summary>What the server said; made up here where it said nothing.</summary>
    public V1Status Status { get; }

    /// <summary>The HTTP status; null where no answer came.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>How long the server asked to wait.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The same request may succeed later, with nothing changed: the server is away, overloaded or starting.</summary>
    public bool IsTransient => StatusCode is null
        ? Status.Reason is StatusReasons.Unreachable or StatusReasons.Timeout
        : StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    public bool IsNotFound => StatusCode is HttpStatusCode.NotFound;

    /// <summary>Somebody else changed the object first, or (server-side apply) owns the field.</summary>
    public bool IsConflict => StatusCode is HttpStatusCode.Conflict && Status.Reason is not StatusReasons.AlreadyExists;

    public bool IsAlreadyExists => StatusCode is HttpStatusCode.Conflict && Status.Reason is StatusReasons.AlreadyExists;

    /// <summary>The version asked for is no longer kept (410): list again.</summary>
    public bool IsGone => StatusCode is HttpStatusCode.Gone || Status.Reason is StatusReasons.Expired or StatusReasons.Gone;

    public bool IsForbidden => StatusCode is HttpStatusCode.Forbidden;

    /// <summary>The object itself is wrong (422); <see cref="V1StatusDetails.Causes"/> name the fields.</summary>
    public bool IsInvalid => StatusCode is HttpStatusCode.UnprocessableEntity;

    private static string Words(V1Status status) =>
        $"{Shown(status.Reason, 60) ?? "refused"}: {Shown(status.Message, 1000) ?? "no words came with it"}";

    /// <summary>One line, of bounded length: what a server (or whatever stands in front of it) wrote ends up in logs.</summary>
    private static string? Shown(string? text, int limit) => string.IsNullOrWhiteSpace(text)
        ? null
        : string.Concat(text.Take(limit).Select(c => char.IsControl(c) ? ' ' : c)) + (text.Length > limit ? "…" : "");
}
