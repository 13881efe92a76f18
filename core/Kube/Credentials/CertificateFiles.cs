using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using K8sRecorder.Kube.Configuration;

namespace K8sRecorder.Kube.Credentials;

/// <summary>A client certificate with its key and the chain behind it; read again when one of its files changes.</summary>
internal sealed class CertificateFiles(FileOrData certificate, FileOrData key) : IDisposable
{
    private readonly Lock _lock = new();
    private SslStreamCertificateContext? _current;
    private (FileStamp, FileStamp) _stamps;

    public SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            var stamps = (FileStamp.Of(certificate), FileStamp.Of(key));
            if (_current is not null && stamps == _stamps)
                return _current;
            try
            {
                _current = ClientCertificate.FromPem(Text(certificate), Text(key));
                _stamps = stamps;
            }
            catch (Exception broken) when (broken is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                // Between the writing of the one file and of the other they do not fit: the pair from before goes on.
                return _current ?? throw new CredentialException(
                    $"the client certificate {certificate.File ?? "(client-certificate-data)"} cannot be used with its key", broken);
            }
            return _current;
        }
    }

    public void Dispose() => _current?.TargetCertificate.Dispose();

    private static string Text(FileOrData source) =>
        source.File is { } path ? File.ReadAllText(path) : Encoding.ASCII.GetString(source.Data.Span);
}
