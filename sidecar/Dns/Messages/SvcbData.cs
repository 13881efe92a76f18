using System.Buffers.Binary;

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>
/// The data of an SVCB or HTTPS record (RFC 9460 2.2): priority, target name, parameters by ascending key. Strict, as clients must be: what
/// is not in this form is a record that nobody may use.
/// </summary>
internal readonly ref struct SvcbData
{
    private SvcbData(ReadOnlySpan<byte> data, int targetLength)
    {
        Fixed = data[..(2 + targetLength)];
        Target = data.Slice(2, targetLength);
        Parameters = data[(2 + targetLength)..];
    }

    /// <summary>0: an alias.</summary>
    public ushort Priority => BinaryPrimitives.ReadUInt16BigEndian(Fixed);

    /// <summary>Priority and target name.</summary>
    public ReadOnlySpan<byte> Fixed { get; }

    public ReadOnlySpan<byte> Target { get; }

    /// <summary>The parameters: key, length, value.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    public static bool TryRead(ReadOnlySpan<byte> data, out SvcbData service)
    {
        service = default;
        var at = 2;
        // the target is not compressed (RFC 9460 2.2)
        while (at < data.Length && data[at] is > 0 and <= DnsLimits.Label)
            at += 1 + data[at];
        if (at >= data.Length || data[at] != 0 || at - 1 > DnsLimits.Name)
            return false;
        service = new SvcbData(data, at - 1);
        var before = -1;
        for (var rest = service.Parameters; rest.Length > 0;)
        {
            if (rest.Length < 4 || rest.Length < 4 + LengthOf(rest) || KeyOf(rest) <= before || !IsValue(KeyOf(rest), ValueOf(rest)))
                return false;
            before = KeyOf(rest);
            rest = After(rest);
        }
        return true;
    }

    public static ushort KeyOf(ReadOnlySpan<byte> parameters) => BinaryPrimitives.ReadUInt16BigEndian(parameters);

    public static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> parameters) => parameters.Slice(4, LengthOf(parameters));

    public static ReadOnlySpan<byte> After(ReadOnlySpan<byte> parameters) => parameters[(4 + LengthOf(parameters))..];

    public void Write(DnsTextWriter text)
    {
        text.Write(Priority);
        text.Write(" "u8);
        DnsNameText.Write(Target, text);
        for (var rest = Parameters; rest.Length > 0; rest = After(rest))
        {
            text.Write(" "u8);
            SvcbParameterText.Write(KeyOf(rest), ValueOf(rest), text);
        }
    }

    private static int LengthOf(ReadOnlySpan<byte> parameters) => BinaryPrimitives.ReadUInt16BigEndian(parameters[2..]);

    /// <summary>Whether a value that is looked into has its form.</summary>
    private static bool IsValue(ushort key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case SvcbKey.Mandatory:
                return value.Length > 0 && value.Length % 2 == 0;
            case SvcbKey.Alpn:
                if (value.Length == 0)
                    return false;
                for (; value.Length > 0; value = value[(1 + value[0])..])
                {
                    if (value[0] == 0 || value[0] >= value.Length)
                        return false;
                }
                return true;
            default:
                return true;
        }
    }
}
