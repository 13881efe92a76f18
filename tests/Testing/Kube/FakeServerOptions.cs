using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace K8sRecorder.Testing.Kube;

/// <summary>How a <see cref="FakeApiServer"/> is set up.</summary>
public sealed record FakeServerOptions
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Kinds beside the built-in ones.</summary>
    public IReadOnlyList<FakeKind> Kinds { get; init; } = [];

    /// <summary>Serve HTTPS with this; null: HTTP.</summary>
    public X509Certificate2? Certificate { get; init; }

    public X509Certificate2Collection? CertificateChain { get; init; }

    /// <summary>Whether a request may be made at all; else it is answered with 401.</summary>
    public Func<HttpContext, bool>? Authorize { get; init; }
}
