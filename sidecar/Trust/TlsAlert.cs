using System.Security.Cryptography;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>Finds in a failure the alert that the peer sent (RFC 8446 6), and in words what it means. The platform tells neither: OpenSSL's error code does.</summary>
internal static class TlsAlert
{
    public const byte HandshakeFailure = 40;
    public const byte BadCertificate = 42;
    public const byte UnsupportedCertificate = 43;
    public const byte CertificateRevoked = 44;
    public const byte CertificateExpired = 45;
    public const byte CertificateUnknown = 46;
    public const byte UnknownAuthority = 48;
    public const byte AccessDenied = 49;
    public const byte ProtocolVersion = 70;
    public const byte InsufficientSecurity = 71;
    public const byte UnrecognizedName = 112;
    public const byte CertificateRequired = 116;
    public const byte NoApplicationProtocol = 120;

    private const int FirstAlertReason = 1000; // SSL_AD_REASON_OFFSET

    // Reasons of OpenSSL's own (sslerr.h) that mean: our two lists have nothing in common.
    private const int NoSharedCipher = 193;
    private const int UnsupportedProtocol = 258;
    private const int NoApplicationProtocolReason = 235;
    private const int NoSuitableKeyShare = 101;
    private const int NoSuitableGroups = 295;
    private const int NoSuitableSignatureAlgorithm = 118;
    private const int NoProtocolsAvailable = 191;
    private const int VersionTooLow = 396;

    /// <summary>The alert that the peer sent, of a failed handshake, read or write; null where it sent none.</summary>
    public static byte? Received(Exception? failure) =>
        ReasonOf(failure) is >= FirstAlertReason and <= FirstAlertReason + byte.MaxValue and var reason ? (byte)(reason - FirstAlertReason) : null;

    /// <summary>Whether it was we who found that there is no version, cipher suite or protocol that both have.</summary>
    public static bool FoundNothingInCommon(Exception failure) =>
        ReasonOf(failure) is NoSharedCipher or UnsupportedProtocol or NoApplicationProtocolReason or NoSuitableKeyShare or NoSuitableGroups
            or NoSuitableSignatureAlgorithm or NoProtocolsAvailable or VersionTooLow;

    /// <summary>Whether a peer that sends this does not like the certificate that it was shown.</summary>
    public static bool IsAboutCertificate(byte alert) =>
        alert is BadCertificate or UnsupportedCertificate or CertificateRevoked or CertificateExpired or CertificateUnknown or UnknownAuthority or AccessDenied;

    /// <summary>Whether a peer that sends this has nothing in common with us.</summary>
    public static bool IsNothingInCommon(byte alert) =>
        alert is HandshakeFailure or ProtocolVersion or InsufficientSecurity or NoApplicationProtocol;

    /// <summary>Its name in the register.</summary>
    public static string NameOf(byte alert) => alert switch
    {
        0 => "close_notify",
        10 => "unexpected_message",
        20 => "bad_record_mac",
        22 => "record_overflow",
        HandshakeFailure => "handshake_failure",
        BadCertificate => "bad_certificate",
        UnsupportedCertificate => "unsupported_certificate",
        CertificateRevoked => "certificate_revoked",
        CertificateExpired => "certificate_expired",
        CertificateUnknown => "certificate_unknown",
        47 => "illegal_parameter",
        UnknownAuthority => "unknown_ca",
        AccessDenied => "access_denied",
        50 => "decode_error",
        51 => "decrypt_error",
        ProtocolVersion => "protocol_version",
        InsufficientSecurity => "insufficient_security",
        80 => "internal_error",
        86 => "inappropriate_fallback",
        90 => "user_canceled",
        109 => "missing_extension",
        110 => "unsupported_extension",
        UnrecognizedName => "unrecognized_name",
        113 => "bad_certificate_status_response",
        115 => "unknown_psk_identity",
        CertificateRequired => "certificate_required",
        NoApplicationProtocol => "no_application_protocol",
        _ => $"alert {alert}",
    };

    /// <summary>OpenSSL packs the library above and the reason below: 20 is its TLS, at bit 23 since 3.0 and at 24 before.</summary>
    private static int? ReasonOf(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
            if (failure is CryptographicException && (failure.HResult >> 23 == 20 || failure.HResult >> 24 == 20))
                return failure.HResult & 0xFFF;
        return null;
    }
}
