using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Validation;

/// <summary>What must hold of a recording store.</summary>
internal static class StoreRules
{
    public static void Check(PolicyCheck check, RecordingStoreSpec spec)
    {
        string[] kinds = ["azureBlob", "s3", "folder"];
        var written = kinds.Where(kind => check.IsWritten("spec." + kind)).ToList();
        if (written.Count == 0)
            check.Report("spec", "names no store; write one of azureBlob, s3, folder");
        foreach (var kind in written.Skip(1))
            check.Report("spec." + kind, $"stands beside {written[0]}; a RecordingStore is exactly one of azureBlob, s3, folder");

        if (spec.AzureBlob is { } azure)
            CheckContainer(check, "spec.azureBlob.containerUrl", azure.ContainerUrl);
        if (spec.S3 is { } s3)
        {
            check.Required("spec.s3.bucket", s3.Bucket, IsBucket, "a bucket's name");
            check.Required("spec.s3.region", s3.Region, Names.IsLabel, "a region, such as eu-central-1");
            if (s3.Endpoint is { } endpoint && !IsEndpoint(endpoint, out _))
                check.Report("spec.s3.endpoint", "must be an https URL without user, query and fragment, or http to a loopback address");
        }
        if (spec.Folder is { } folder)
            check.Required("spec.folder.path", folder.Path, path => path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal), "an absolute path");
    }

    /// <summary>A signature in the URL would be a secret in a policy, so its text is never repeated.</summary>
    private static void CheckContainer(PolicyCheck check, string path, string? text)
    {
        const string form = "https://account.blob.core.windows.net/container";
        if (text is null)
            check.Report(path, $"is missing; write {form}");
        else if (!IsEndpoint(text, out var url))
            check.Report(path, $"must be an https URL without user, query and fragment, such as {form}: the key or signature does not belong here");
        else if (url.AbsolutePath.Trim('/').Length == 0)
            check.Report(path, $"must name the container, such as {form}");
    }

    private static bool IsEndpoint(string text, out Uri url)
    {
        var isUrl = text.Length <= 2048 & Uri.TryCreate(text, UriKind.Absolute, out var parsed);
        url = parsed!;
        return isUrl && url is { Query: "", Fragment: "", UserInfo: "" } && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback));
    }

    private static bool IsBucket(string name) => name.Length is >= 3 and <= 63 && Names.IsObjectName(name);
}
