using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace K8sRecorder.Recording.Stores;

/// <summary>What Azure's errors mean for the store contract. Messages carry the service's error code, never its text, which repeats URLs.</summary>
internal static class AzureFault
{
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
            RequestFailedException failed => new StoreException(FaultOf(failed), $"{operation} of {key}: Azure answered {failed.Status} {failed.ErrorCode}"),
            AuthenticationFailedException => new StoreException(StoreFault.Unavailable, $"{operation} of {key}: no token from the Azure identity"),
            IOException or HttpRequestException or OperationCanceledException =>
                new StoreException(StoreFault.Unavailable, $"{operation} of {key}: no answer from Azure", inner),
            _ => null,
        };
    }

    private static StoreFault FaultOf(RequestFailedException e) => e.Status switch
    {
        400 when e.ErrorCode == BlobErrorCode.Md5Mismatch => StoreFault.Corrupted,
        404 => StoreFault.NotAStore, // a blob that is not there is handled by its caller
        401 or 403 => StoreFault.Denied,
        413 => StoreFault.TooLarge,
        400 or 405 or 411 or 414 => StoreFault.NotAStore,
        _ => StoreFault.Unavailable, // 0 is no answer at all; 408, 409 (container being deleted), 429 and 5xx pass
    };
}
