using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// What agents and targets write when they shake hands: server names, and certificates. The first byte says which. A name that is taken reads the
/// same when it is read again and has a certificate. A certificate is believed only where what its issuer signed is in it, and never for another name.
/// </summary>
internal sealed class TrustTarget : FuzzTarget
{
    private const int SignatureAndAlgorithm = 12 + 3 + 72;

    private static readonly byte[] Root = Convert.FromBase64String(
        "MIIBfTCCASKgAwIBAgIUTQVhD6fSfC51wgUrADX2fIKOHcwwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBcjAgFw0yNjExMjEyMTAxNDVaGA8yMD"
        + "UxMDcxMzIxMDE0NVowDDEKMAgGA1UEAwwBcjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMQkGJY+ZgCoRTx2RJS4DXAjFOwI/y4SCBgmwFRT"
        + "fKW7/Hh1QN1U5fm6no3w57qsfzrhxD1YWKAEtdzDyh94CW2jYDBeMB0GA1UdDgQWBBQU2GatFe/55T9hn9S/G+sAvCu30TAfBgNVHSMEGDAWgB"
        + "QU2GatFe/55T9hn9S/G+sAvCu30TAPBgNVHRMBAf8EBTADAQH/MAsGA1UdDwQEAwICBDAKBggqhkjOPQQDAgNJADBGAiEAqGj5sJiuT4PCyYzp"
        + "gpCLUef7d0lHal/U+nHM2g5IJ0ICIQDIOi5GoeFR7LCfn+UJoGyE2J8MEdzgfPgbcKL6Mdc2VQ==");

    private static readonly byte[] Good = Convert.FromBase64String(
        "MIIBcjCCARmgAwIBAgIBBzAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAFyMCAXDTI2MTEyMTIxMDE0NVoYDzIwNTEwNzEyMjEwMTQ1WjAAMFkwEw"
        + "YHKoZIzj0CAQYIKoZIzj0DAQcDQgAEWHyv3wYjQteoHwn65hy6CQc3k+OoMkhV4xo9OnQ/wHU2q5cXgA5ZfJd4lqyT1AubsHqUw2dcBGoAFJKj"
        + "OUk8zqN2MHQwHQYDVR0RAQH/BBMwEYIJYS5leGFtcGxlhwTAAAIBMBMGA1UdJQQMMAoGCCsGAQUFBwMBMB0GA1UdDgQWBBThI/JPe4HnZUzWvK"
        + "0V3A+iqYahEDAfBgNVHSMEGDAWgBQU2GatFe/55T9hn9S/G+sAvCu30TAKBggqhkjOPQQDAgNHADBEAiBss0SLTcW0Rq87aL6ZZ4ikdGybKjPr"
        + "8aDkl1iR7IEA5gIgIal7pJ8uhU6bauY07ISk9loUqdBePxVtftCmve1vGOY=");

    private static readonly byte[] CommonNameOnly = Convert.FromBase64String(
        "MIIBZzCCAQ6gAwIBAgIBBzAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAFyMCAXDTI2MTEyMTIxMDE0NloYDzIwNTEwNzEyMjEwMTQ2WjAUMRIwEA"
        + "YDVQQDDAlhLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASffRvNTnBPjNHWFuJWFfOE1BolfjiIAZOW/9sqAtJwRO1XpJSKe7/B"
        + "uCI+ScdLlSGn0LQJFCA+JX0UlRzZSsXbo1cwVTATBgNVHSUEDDAKBggrBgEFBQcDATAdBgNVHQ4EFgQU/k6vUUgW/gsr85As/BA5BfYnHKUwHw"
        + "YDVR0jBBgwFoAUFNhmrRXv+eU/YZ/UvxvrALwrt9EwCgYIKoZIzj0EAwIDRwAwRAIga5cBqngChbQY9MwY+HTjRtF9y3eywRGECGMjxecLFl0C"
        + "ICIeCrNXEIjx33ExKBpnDNBU/6xt4lKV5CumrDbXU8Di");

    private static readonly byte[] Wildcard = Convert.FromBase64String(
        "MIIB5zCCAY2gAwIBAgIBBzAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAFyMCAXDTI2MTEyMTIxMDE0NloYDzIwNTEwNzEyMjEwMTQ2WjAMMQowCA"
        + "YDVQQDDAF4MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEKn/lVnOpHh1GAF+4y3HbBims8OVfUtHQYCV00cK/HSai9QrEMMmvMwQXmqxZPity"
        + "nInuytMQ+CVYvmTZfjjjKqOB3TCB2jAPBgNVHRMECDAGAQH/AgEAMBgGA1UdHgQRMA+gDTALgglhLmV4YW1wbGUwGQYDVR0RBBIwEIIJKi5leG"
        + "FtcGxlgQNhQGIwDwYDVR0gBAgwBjAEBgIqAzAaBgNVHR8EEzARMA+gDaALhglodHRwOi8veC8wJQYIKwYBBQUHAQEEGTAXMBUGCCsGAQUFBzAB"
        + "hglodHRwOi8veC8wHQYDVR0OBBYEFDXPUr8tTJxQbTRQViyfXb0ZwN29MB8GA1UdIwQYMBaAFBTYZq0V7/nlP2Gf1L8b6wC8K7fRMAoGCCqGSM"
        + "49BAMCA0gAMEUCIQCTYywNcAj/+Y877p0Jo4/bYQGMNF8eeBlvDWh2kPXSVgIgYvNglrpwRpNZ70MtvHRq3v+BEOaBDdrw3pJe3fd5SM4=");

    private static readonly ManualTime Time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly PodAuthority Authority = PodAuthority.Create(Time);
    private static readonly TrustAnchors Anchors = new([X509CertificateLoader.LoadCertificate(Root)], []);

    public override string Name => "trust";

    public override string Subject => "ServerName, PodAuthority, UpstreamTrust: server names and certificates";

    public override double Share => 0.5;

    public override int MaxLength => 4096;

    public override IEnumerable<string> Dictionary => ["xn--", "::ffff:", "0x", "*.", "\u0082\u0009a.example", "\u0087\u0004", "\u0030\u0082", "\u0006\u0003\u0055\u001d"];

    // chains are built by the platform
    public override long AllocationLimit(int length) => 8 << 20;

    public override TimeSpan TimeLimit(int length) => TimeSpan.FromSeconds(2);

    public override IEnumerable<byte[]> Seeds() =>
    [
        [0, .. Good], [0, .. CommonNameOnly], [0, .. Wildcard], [0, .. Root],
        [1, .. "api.example.com"u8], [1, .. "XN--bcher-kva.example"u8], [1, .. "192.0.2.1"u8], [1, .. "2001:db8::1"u8], [1, .. "::ffff:192.0.2.1"u8], [1, .. "a_b-c.1d"u8],
    ];

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        if ((input[0] & 1) == 0)
            RunCertificate(input[1..], measure);
        else
            RunName(Encoding.Latin1.GetString(input.AsSpan(1)), measure);
    }

    private static void RunName(string text, Measure measure)
    {
        measure.Begin();
        var taken = ServerName.TryParse(text, out var name);
        measure.End();
        if (!taken)
            return;
        if (!ServerName.TryParse(name.Text, out var again) || again != name)
            throw new OracleException("a name reads the same again", name.Text);
        using var leaf = Authority.Issue(name, Time.GetUtcNow());
        var trust = new UpstreamTrust(new TrustAnchors([Authority.Certificate], []), Time);
        if (!trust.Verify(leaf, [], name).IsBelieved)
            throw new OracleException("a name has a certificate", name.Text);
    }

    private static void RunCertificate(byte[] der, Measure measure)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException)
        {
            return;
        }

        using (certificate)
        {
            var trust = new UpstreamTrust(Anchors, Time);
            measure.Begin();
            var verdict = trust.Verify(certificate, [certificate], ServerName.Parse("a.example"));
            var other = trust.Verify(certificate, [], ServerName.Parse("b.example"));
            measure.End();
            if (verdict.Reason.Concat(other.Reason).Any(c => c is < ' ' or > '~'))
                throw new OracleException("a reason is in our words", verdict.Reason + other.Reason);
            if (other.IsBelieved && !Holds(der, Wildcard))
                throw new OracleException("not for another name", Convert.ToHexString(der));
            if (verdict.IsBelieved && !Holds(der, Good) && !Holds(der, Wildcard))
                throw new OracleException("believed is what the issuer signed", Convert.ToHexString(der));
        }
    }

    /// <summary>Whether the part that was signed is in it, whatever became of the rest.</summary>
    private static bool Holds(byte[] der, byte[] signed) => der.AsSpan().IndexOf(signed.AsSpan(4, signed.Length - SignatureAndAlgorithm - 4)) >= 0;
}
