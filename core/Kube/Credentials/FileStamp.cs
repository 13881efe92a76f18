using K8sRecorder.Kube.Configuration;

namespace K8sRecorder.Kube.Credentials;

/// <summary>Tells two states of a file apart without reading it; of bytes there is only one state.</summary>
internal readonly record struct FileStamp(DateTime Written, long Length, string? Target)
{
    public static FileStamp Of(FileOrData source)
    {
        if (source.File is not { } path)
            return default;
        // A mounted Secret or token changes by a symbolic link to another folder.
        var file = new FileInfo(path);
        var resolved = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return resolved.Exists ? new FileStamp(resolved.LastWriteTimeUtc, resolved.Length, resolved.FullName) : default;
    }
}
