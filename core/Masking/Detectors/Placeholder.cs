using K8sRecorder.Masking.Output;

namespace K8sRecorder.Masking.Detectors;

/// <summary>Values that stand where a secret would be and are none: variables, markers, words of documentation.</summary>
internal static class Placeholder
{
    private static readonly string[] Words =
    [
        "password", "passwd", "secret", "token", "null", "none", "true", "false", "undefined", "string", "required", "optional",
        "changeme", "example", "redacted", "removed", "hidden", "masked", "empty", "xxx", "test", "todo", "value", "default",
        "username", "user", "key", "apikey", "api_key", "nil", "bool", "object", "number", "str", "text", "enabled", "disabled",
    ];

    private static readonly string[] Parts = ["your", "example", "placeholder", "redacted", "changeme", "insert", "replace", "dummy", "<", "${", "{{", "***", "...", "xxxx", "$(", "%s", "process.env", "os.environ", "getenv"];

    public static bool Is(ReadOnlySpan<byte> value)
    {
        value = value.Trim((byte)' ');
        if (value.IsEmpty || Marker.IsAll(value) || value[0] is (byte)'$' or (byte)'{' or (byte)'<' or (byte)'%' or (byte)'*')
            return true;
        if (value.IndexOfAnyExcept(value[0]) < 0)
            return true;
        Span<char> lower = stackalloc char[Math.Min(value.Length, 64)];
        for (var i = 0; i < lower.Length; i++)
            lower[i] = (char)Scanning.AsciiFold.Lower(value[i]);
        foreach (var part in Parts)
        {
            if (((ReadOnlySpan<char>)lower).Contains(part, StringComparison.Ordinal))
                return true;
        }

        if (value.Length > 16)
            return false;
        foreach (var word in Words)
        {
            if (((ReadOnlySpan<char>)lower).SequenceEqual(word))
                return true;
        }

        return false;
    }
}
