using System.Buffers.Binary;
using System.Text;

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>
/// Takes from a service record what would lead a client round the recorder: <c>ech</c>, which hides the name it connects to, and HTTP/3,
/// which is UDP. Lists of mandatory keys follow (RFC 9460 8).
/// </summary>
internal static class SvcbStripping
{
    /// <summary>Writes what is left of the data.</summary>
    /// <param name="data">The record's data.</param>
    /// <param name="left">Takes it; as long as the data.</param>
    /// <param name="length">Its length; -1 where the record is to go as a whole.</param>
    /// <returns>How many parameters were taken; 0: nothing has changed.</returns>
    public static int Strip(ReadOnlySpan<byte> data, Span<byte> left, out int length)
    {
        length = -1;
        if (!SvcbData.TryRead(data, out var service))
            return 1; // a reader less strict than ours might find something in it
        var (taken, hasAlpn, hadAlpn, needsAlpn) = (0, false, false, false);
        for (var rest = service.Parameters; rest.Length > 0; rest = SvcbData.After(rest))
        {
            switch (SvcbData.KeyOf(rest))
            {
                case SvcbKey.Ech:
                    taken++;
                    break;
                case SvcbKey.Alpn:
                    hadAlpn = true;
                    CopyAlpn(SvcbData.ValueOf(rest), default, out var kept, out var dropped);
                    hasAlpn = kept > 0;
                    taken += dropped;
                    break;
                case SvcbKey.NoDefaultAlpn:
                    needsAlpn = true;
                    break;
                default:
                    break;
            }
        }
        if (taken == 0)
        {
            length = data.Length;
            data.CopyTo(left);
            return 0;
        }
        if (hadAlpn && !hasAlpn && needsAlpn)
            return taken; // nothing that it offers is left
        service.Fixed.CopyTo(left);
        length = service.Fixed.Length;
        for (var rest = service.Parameters; rest.Length > 0; rest = SvcbData.After(rest))
            length += CopyParameter(SvcbData.KeyOf(rest), SvcbData.ValueOf(rest), !hasAlpn, left[length..]);
        return taken;
    }

    private static int CopyParameter(ushort key, ReadOnlySpan<byte> value, bool withoutAlpn, Span<byte> left)
    {
        if (key == SvcbKey.Ech || (key == SvcbKey.Alpn && withoutAlpn))
            return 0;
        int length;
        if (key == SvcbKey.Mandatory)
        {
            length = CopyMandatory(value, withoutAlpn, left[4..]);
            if (length == 0)
                return 0;
        }
        else if (key == SvcbKey.Alpn)
            CopyAlpn(value, left[4..], out length, out _);
        else
        {
            value.CopyTo(left[4..]);
            length = value.Length;
        }
        BinaryPrimitives.WriteUInt16BigEndian(left, key);
        BinaryPrimitives.WriteUInt16BigEndian(left[2..], (ushort)length);
        return 4 + length;
    }

    private static int CopyMandatory(ReadOnlySpan<byte> keys, bool withoutAlpn, Span<byte> left)
    {
        var length = 0;
        for (; keys.Length >= 2; keys = keys[2..])
        {
            var key = BinaryPrimitives.ReadUInt16BigEndian(keys);
            if (key == SvcbKey.Ech || (key == SvcbKey.Alpn && withoutAlpn))
                continue;
            keys[..2].CopyTo(left[length..]);
            length += 2;
        }
        return length;
    }

    /// <summary>Copies the protocols that are not HTTP/3; with nowhere to copy to it only counts.</summary>
    private static void CopyAlpn(ReadOnlySpan<byte> protocols, Span<byte> left, out int length, out int dropped)
    {
        (length, dropped) = (0, 0);
        for (; protocols.Length > 0; protocols = protocols[(1 + protocols[0])..])
        {
            var protocol = protocols[..(1 + protocols[0])];
            if (protocol.Length > 2 && Ascii.EqualsIgnoreCase(protocol.Slice(1, 2), "h3"u8))
            {
                dropped++;
                continue;
            }
            if (!left.IsEmpty)
                protocol.CopyTo(left[length..]);
            length += protocol.Length;
        }
    }
}
