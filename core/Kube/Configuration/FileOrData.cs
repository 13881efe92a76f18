namespace K8sRecorder.Kube.Configuration;

/// <summary>PEM text, given as a file that is read again when it changes, or as its bytes.</summary>
public sealed class FileOrData
{
    private FileOrData(string? file, ReadOnlyMemory<byte> data)
    {
        File = file;
        Data = data;
    }

    /// <summary>The full path; null where the bytes were given.</summary>
    public string? File { get; }

    public ReadOnlyMemory<byte> Data { get; }

    public static FileOrData FromFile(string path) => new(Path.GetFullPath(path), default);

    public static FileOrData FromData(ReadOnlyMemory<byte> data) => new(null, data);
}
