using System.Net.Security;

namespace K8sRecorder.Kube.Credentials;

/// <summary>Who we are, for one request. A class and no record, so that nothing prints it.</summary>
internal sealed class KubeCredential(string? token, SslStreamCertificateContext? certificate)
{
    public string? Token { get; } = token;

    public SslStreamCertificateContext? Certificate { get; } = certificate;
}
