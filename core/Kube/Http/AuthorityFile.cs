using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using K8sRecorder.Kube.Configuration;
using K8sRecorder.Kube.Credentials;

namespace K8sRecorder.Kube.Http;

/// <summary>The authorities of a configuration; read again when their file changes, as a cluster does that renews its authority.</summary>
internal sealed class AuthorityFile(FileOrData source)
{
    private ServerTrust? _current;
    private FileStamp _stamp;

    /// <summary>The same instance for as long as nothing changed. Not safe for two at once.</summary>
    public ServerTrust Current()
    {
        var stamp = FileStamp.Of(source);
        if (_current is not null && stamp == _stamp)
            return _current;
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(source.File is { } path ? File.ReadAllText(path) : Encoding.UTF8.GetString(source.Data.Span));
            if (certificates.Count == 0)
                throw new CryptographicException("no certificate in it");
            _current = new ServerTrust(certificates);
            _stamp = stamp;
        }
        catch (Exception broken) when (broken is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return _current ?? throw new CredentialException($"the authority {source.File ?? "(certificate-authority-data)"} cannot be read", broken);
        }
        return _current;
    }
}
