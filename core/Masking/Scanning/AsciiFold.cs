namespace K8sRecorder.Masking.Scanning;

/// <summary>Lower case for ASCII letters; other bytes stay.</summary>
internal static class AsciiFold
{
    public static byte Lower(byte b) => (uint)(b - 'A') <= 'Z' - 'A' ? (byte)(b | 0x20) : b;

    public static byte Upper(byte b) => (uint)(b - 'a') <= 'z' - 'a' ? (byte)(b & ~0x20) : b;
}
