using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace K8sRecorder.Sidecar.Accept;

/// <summary>What Kestrel asks a connection in order to choose HTTP/2: the answer that TLS would have negotiated, here told by the preface.</summary>
internal sealed class NegotiatedHttp2 : ITlsConnectionFeature, ITlsApplicationProtocolFeature
{
    public static readonly NegotiatedHttp2 Instance = new();

    private static readonly byte[] Name = "h2"u8.ToArray();

    public X509Certificate2? ClientCertificate
    {
        get => null;
        set => throw new NotSupportedException();
    }

    public ReadOnlyMemory<byte> ApplicationProtocol => Name;

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);
}
