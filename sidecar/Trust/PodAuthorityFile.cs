using System.Text;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>
/// Where the pod's authority lies: <c>pod-ca-key.pem</c>, certificate and key, mode 0600, in a folder that only the recorder mounts and that is in
/// memory. It survives the container and not the pod.
/// </summary>
/// <remarks>
/// A file that was cut, whose halves do not fit, or whose certificate is over is replaced: agents that started before have to start again, which
/// the warning says, and that is better than a recorder that does not start. Another's certificate is never overwritten: that is an error.
/// </remarks>
internal static class PodAuthorityFile
{
    /// <summary>The file's name in its folder.</summary>
    public const string Name = "pod-ca-key.pem";

    private const int MostBytes = 16 << 10;
    private const string Consequence = "a new one was made: agents that are running trust it only after a restart";

    /// <summary>The authority that lies in the folder, or a new one; and what the operator should hear about that.</summary>
    /// <exception cref="TrustException">The file is somebody else's, or cannot be read or written.</exception>
    public static (PodAuthority Authority, string? Warning) Open(string folder, TimeProvider time)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            return (CreateAt(path, time), null);
        var loose = Tighten(path);
        var authority = PodAuthority.TryRestore(Encoding.UTF8.GetString(TrustFile.Read(path, MostBytes)), out var problem, out var foreign);
        if (foreign)
            throw new TrustException($"{path}: {problem}; give another folder, or remove it");
        if (authority is not null && IsOver(authority, time))
        {
            authority.Dispose();
            authority = null;
            problem = "its certificate is not valid at this time";
        }
        return authority is null
            ? (CreateAt(path, time), $"{path}: {problem}; {Consequence}")
            : (authority, loose ? $"{path}: others could read it; now only its owner may" : null);
    }

    private static PodAuthority CreateAt(string path, TimeProvider time)
    {
        var authority = PodAuthority.Create(time);
        TrustFile.Place(path, Encoding.ASCII.GetBytes(authority.ExportPem()), TrustFile.Private);
        return authority;
    }

    /// <summary>The kubelet opens a volume's files to the pod's group when it mounts it again (fsGroup); nobody else mounts this one.</summary>
    private static bool Tighten(string path)
    {
        if (OperatingSystem.IsWindows())
            return false;
        try
        {
            if ((File.GetUnixFileMode(path) & ~TrustFile.Private) == 0)
                return false;
            File.SetUnixFileMode(path, TrustFile.Private);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrustException($"{path}: others can read it, and that cannot be changed: {e.Message}", e);
        }
    }

    private static bool IsOver(PodAuthority authority, TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now < authority.Certificate.NotBefore || now.AddDays(1) > authority.Certificate.NotAfter;
    }
}
