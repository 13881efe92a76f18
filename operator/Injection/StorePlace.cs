using K8sRecorder.Policy.Model;

namespace K8sRecorder.Operator.Injection;

/// <summary>A RecordingStore as the sidecar is told of it.</summary>
/// <param name="Url">Its URL (<c>azblob://account/container</c>, <c>file:///path</c>).</param>
/// <param name="Folder">The node's folder, for a folder store.</param>
internal sealed record StorePlace(string Url, string? Folder)
{
    /// <summary>Null where it is of a kind that this build does not have.</summary>
    public static StorePlace? Of(RecordingStoreSpec spec)
    {
        if (spec.Folder?.Path is { } path)
            return new StorePlace(new Uri("file://" + path).AbsoluteUri, path);
        if (spec.AzureBlob?.ContainerUrl is { } text && Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            // Azure's own hosts name the account first; elsewhere (Azurite) it is the first part of the path.
            var parts = url.AbsolutePath.Trim('/');
            var place = url.Host.Contains(".blob.", StringComparison.Ordinal) ? $"{url.Host[..url.Host.IndexOf('.', StringComparison.Ordinal)]}/{parts}" : parts;
            return new StorePlace("azblob://" + place, null);
        }
        return null;
    }
}
