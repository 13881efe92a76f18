using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Azure;
using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace K8sRecorder.Recording.Stores;

/// <summary>
/// Azure Blob Storage. An object is one Put Blob with <c>If-None-Match: *</c> and <c>Content-MD5</c>: never staged blocks, which would need the
/// right to overwrite (and could be seen half done). The service answers when the bytes are durable. A put under a create-only SAS that
/// is sent again after it landed is answered 403, not 409: <see cref="StoreFault.Denied"/>, and <see cref="ConfirmAsync"/> settles it.
/// </summary>
public sealed class AzureBlobStore : IRecordingStore, IRecordingReader
{
    /// <summary>The largest Put Blob of the service version that this client speaks.</summary>
    private const long MaxObject = 5000L * 1024 * 1024;

    // The writer's caller gives each attempt its time and tries again; a reader has nobody who does.
    private readonly BlobContainerClient _writing;
    private readonly BlobContainerClient _reading;
    private readonly string _prefix;

    /// <summary>Opens a store; the container must be there.</summary>
    public AzureBlobStore(StoreUrl url, AzureAccess access)
        : this(url, access, transport: null)
    {
    }

    internal AzureBlobStore(StoreUrl url, AzureAccess access, HttpPipelineTransport? transport)
    {
        Url = url.ToString();
        _prefix = url.Prefix;
        _writing = Client(url, access, Options(retries: 0, transport));
        _reading = Client(url, access, Options(retries: 3, transport));
    }

    /// <inheritdoc cref="IRecordingStore.Url"/>
    public string Url { get; }

    /// <inheritdoc/>
    public async ValueTask<PutResult> PutNewAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        StoreKey.Require(key);
        var options = new BlobUploadOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            TransferOptions = new StorageTransferOptions { InitialTransferSize = MaxObject, MaximumTransferSize = MaxObject, MaximumConcurrency = 1 },
            TransferValidation = new UploadTransferValidationOptions { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 },
        };
        try
        {
            await _writing.GetBlobClient(_prefix + key).UploadAsync(BinaryData.FromBytes(bytes), options, cancellationToken);
            return PutResult.Created;
        }
        catch (RequestFailedException e) when (AzureFault.MeansExists(e))
        {
            return PutResult.Exists;
        }
        catch (Exception e) when (AzureFault.Translate(e, "put", key, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ConfirmAsync(string key, ReadOnlyMemory<byte> sha256, CancellationToken cancellationToken)
    {
        StoreKey.Require(key);
        try
        {
            // Hashed as it comes: whoever answers says how long it is.
            var response = await _writing.GetBlobClient(_prefix + key).DownloadStreamingAsync(cancellationToken: cancellationToken);
            using var download = response.Value;
            return (await SHA256.HashDataAsync(download.Content, cancellationToken)).AsSpan().SequenceEqual(sha256.Span);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return false;
        }
        catch (Exception e) when (AzureFault.Translate(e, "confirm", key, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?> GetAsync(string key, int maxBytes, CancellationToken cancellationToken)
    {
        StoreKey.Require(key);
        try
        {
            var response = await _reading.GetBlobClient(_prefix + key).DownloadStreamingAsync(cancellationToken: cancellationToken);
            using var download = response.Value;
            if (download.Details.ContentLength > maxBytes)
                throw new StoreException(StoreFault.TooLarge, $"{key} is larger than {maxBytes} bytes");
            var bytes = GC.AllocateUninitializedArray<byte>((int)download.Details.ContentLength);
            var read = await download.Content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            return read == bytes.Length ? bytes : bytes[..read];
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
        catch (Exception e) when (AzureFault.Translate(e, "read", key, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoreEntry> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StoreKey.RequirePrefix(prefix);
        var pages = _reading.GetBlobsAsync(prefix: _prefix + prefix, cancellationToken: cancellationToken).AsPages();
        await foreach (var page in Translated(pages, prefix, cancellationToken))
            foreach (var blob in page.Values)
                yield return new StoreEntry(blob.Name[_prefix.Length..], blob.Properties.ContentLength ?? 0);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StoreKey.RequirePrefix(prefix);
        var pages = _reading.GetBlobsByHierarchyAsync(delimiter: "/", prefix: _prefix + prefix, cancellationToken: cancellationToken).AsPages();
        await foreach (var page in Translated(pages, prefix, cancellationToken))
            foreach (var item in page.Values)
                if (item.IsPrefix)
                    yield return item.Prefix[_prefix.Length..];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static BlobClientOptions Options(int retries, HttpPipelineTransport? transport)
    {
        var options = new BlobClientOptions { Retry = { MaxRetries = retries } };
        if (retries == 0)
            options.Retry.NetworkTimeout = Timeout.InfiniteTimeSpan; // else nothing larger than 100 s of a slow line would ever get through
        if (transport is not null)
            options.Transport = transport;
        return options;
    }

    private static BlobContainerClient Client(StoreUrl url, AzureAccess access, BlobClientOptions options)
    {
        if (access.Credential is { } credential)
            return new BlobContainerClient(new Uri($"https://{url.Account}.blob.core.windows.net/{url.Container}"), credential, options);
        BlobContainerClient client;
        try
        {
            client = new BlobContainerClient(access.ConnectionString, url.Container, options);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            // Without the inner exception: its text may hold part of the key.
            throw new StoreException(StoreFault.Denied, "the Azure connection string cannot be read");
        }

        return client.AccountName == url.Account
            ? client
            : throw new StoreException(StoreFault.NotAStore, $"the Azure connection string is not of the account {url.Account}");
    }

    private static async IAsyncEnumerable<T> Translated<T>(
        IAsyncEnumerable<T> items, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var enumerator = items.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await enumerator.MoveNextAsync())
                    yield break;
            }
            catch (Exception e) when (AzureFault.Translate(e, "list", prefix, cancellationToken) is { } translated)
            {
                throw translated;
            }

            yield return enumerator.Current;
        }
    }
}
