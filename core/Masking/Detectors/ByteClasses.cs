using System.Buffers;

namespace K8sRecorder.Masking.Detectors;

/// <summary>Classes of bytes that secrets are made of.</summary>
internal static class ByteClasses
{
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    public const string Digits = "0123456789";
    public const string Letters = Lower + Upper;

    public static readonly SearchValues<byte> Alphanumeric = Of(Letters + Digits);
    public static readonly SearchValues<byte> Word = Of(Letters + Digits + "_");
    public static readonly SearchValues<byte> WordDash = Of(Letters + Digits + "_-");
    public static readonly SearchValues<byte> WordDashDot = Of(Letters + Digits + "_-.");
    public static readonly SearchValues<byte> AlphanumericDash = Of(Letters + Digits + "-");
    public static readonly SearchValues<byte> UpperDigits = Of(Upper + Digits);
    public static readonly SearchValues<byte> LowerHex = Of("abcdef" + Digits);
    public static readonly SearchValues<byte> Letter = Of(Letters);
    public static readonly SearchValues<byte> Base64 = Of(Letters + Digits + "+/=");
    public static readonly SearchValues<byte> AnyBase64 = Of(Letters + Digits + "+/=_-");
    public static readonly SearchValues<byte> Base64Path = Of(Letters + Digits + "+/");
    public static readonly SearchValues<byte> Token68 = Of(Letters + Digits + "-._~+/=");

    /// <summary>What may stand between the lines that frame a PEM block.</summary>
    public static readonly SearchValues<byte> PemBody = Of(Letters + Digits + "+/=:,.-_ \t\r\n");

    public static SearchValues<byte> Of(string bytes) => SearchValues.Create(bytes.Select(c => (byte)c).ToArray());
}
