using System.Globalization;
using System.Text.Json;
using System.Xml;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace K8sRecorder.Recording.Stores;

/// <summary>What Azure's errors mean for the store contract. Messages carry the service's error code, never its text, which repeats URLs.</summary>
internal static class AzureFault
{
    // Azure refuses requests that are dated more than 15 minutes away.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(14);

    /// <summary>409 of a create-only put, or 412 where the condition was looked at first.</summary>
    public static bool MeansExists(RequestFailedException e) =>
        e.Status == 412
        || (e.Status == 409 && (e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.ErrorCode == "BlobImmutableDueToPolicy"));

    /// <summary>The exception to throw instead, or null where this one is not the store's (the caller's own cancellation, a bug).</summary>
    public static StoreException? Translate(Exception e, string operation, string key, CancellationToken cancellationToken)
    {
        var inner = e is AggregateException { InnerExceptions.Count: > 0 } many ? many.InnerExceptions[^1] : e;
        if (inner is StoreException || cancellationToken.IsCancellationRequested)
            return null;
        return inner switch
        {
            RequestFailedException { Status: 0 } => new StoreException(StoreFault.Unavailable, $"{operation} of {key}: no answer from Azure", inner),
            RequestFailedException failed => new StoreException(FaultOf(failed), $"{operation} of {key}: Azure answered {failed.Status} {CodeOf(failed)}")
            {
                RetryAfter = RetryAfterOf(failed),
            },
            AuthenticationFailedException => new StoreException(StoreFault.Unavailable, $"{operation} of {key}: no token from the Azure identity"),
            IOException or HttpRequestException or OperationCanceledException =>
                new StoreException(StoreFault.Unavailable, $"{operation} of {key}: no answer from Azure", inner),
            // Answers that the client library cannot make sense of: a gateway's page, a header that is no date.
            FormatException or InvalidOperationException or ArgumentException or XmlException or JsonException or KeyNotFoundException
                or NullReferenceException or OverflowException or InvalidDataException =>
                new StoreException(StoreFault.Unavailable, $"{operation} of {key}: an answer that is not Azure's ({inner.GetType().Name})"),
            _ => null,
        };
    }

    // What answered may be anything: only what looks like one of the service's codes is repeated.
    private static string CodeOf(RequestFailedException e) =>
        e.ErrorCode is { Length: > 0 and <= 64 } code && code.All(char.IsAsciiLetterOrDigit) ? code : "";

    private static TimeSpan? RetryAfterOf(RequestFailedException e) =>
        e.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var text) == true
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    // The service says so in its text only; what it takes for now is in every answer.
    private static bool IsOurClockWrong(RequestFailedException e) =>
        e.GetRawResponse()?.Headers.Date is { } theirs && (TimeProvider.System.GetUtcNow() - theirs).Duration() > ClockTolerance;

    private static StoreFault FaultOf(RequestFailedException e) => e.Status switch
    {
        400 when e.ErrorCode == BlobErrorCode.Md5Mismatch => StoreFault.Corrupted,
        404 => StoreFault.NotAStore, // a blob that is not there is handled by its caller
        401 or 403 => IsOurClockWrong(e) ? StoreFault.ClockWrong : StoreFault.Denied,
        413 => StoreFault.TooLarge,
        507 => StoreFault.Full,
        400 or 405 or 411 or 414 => StoreFault.NotAStore,
        _ => StoreFault.Unavailable, // 0 is no answer at all; 408, 409 (container being deleted), 429 and 5xx pass
    };
}
