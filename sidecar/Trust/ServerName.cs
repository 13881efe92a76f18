using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace K8sRecorder.Sidecar.Trust;

/// <summary>
/// The name that a TLS client asks for and a certificate is for: a DNS name as RFC 5890 A-labels in lower case, or an IP address. Strict,
/// because the agent writes it: no wildcards, no trailing dot, nothing but letters, digits, hyphens and underscores, which begin no label; punycode stays as it
/// stands. What is taken here the platform takes as well.
/// </summary>
internal readonly record struct ServerName
{
    private const int LongestName = 253; // RFC 1035 2.3.4, as text without the root's dot
    private const int LongestLabel = 63;
    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    private ServerName(string text, IPAddress? address)
    {
        Text = text;
        Address = address;
    }

    /// <summary>The DNS name, or the address as text.</summary>
    public string Text { get; }

    /// <summary>The address, where it is one.</summary>
    public IPAddress? Address { get; }

    /// <summary>The name of a server that is known by its address only.</summary>
    public static ServerName Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        else if (address.AddressFamily == AddressFamily.InterNetworkV6)
            address = new IPAddress(address.GetAddressBytes()); // a certificate knows no scope
        return new ServerName(address.ToString(), address);
    }

    /// <summary>Takes what stands in an SNI or in a policy; false where no certificate could be for it. Some clients send an address (RFC 6066 3 forbids it).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ServerName name)
    {
        name = default;
        if (text.IsEmpty || text.Length > LongestName)
            return false;
        if (text.Contains(':') || IsNumber(text[(text.LastIndexOf('.') + 1)..]))
            return TryParseAddress(text, out name);
        Span<char> lower = stackalloc char[text.Length];
        if (Ascii.ToLower(text, lower, out _) != OperationStatus.Done)
            return false;
        foreach (var label in lower.Split('.'))
            if (!IsLabel(lower[label]))
                return false;
        name = new ServerName(new string(lower), null);
        return true;
    }

    /// <summary>The same, where it must be one.</summary>
    /// <exception cref="FormatException">No certificate could be for it.</exception>
    public static ServerName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException("not a name that a certificate could be for");

    public override string ToString() => Text ?? "";

    private static bool TryParseAddress(ReadOnlySpan<char> text, out ServerName name)
    {
        name = default;
        // The parser takes "1.2" and "0x7f.1" and "fe80::1%eth0" as well; what it gives back must be what was written.
        if (!IPAddress.TryParse(text, out var address))
            return false;
        if (address.AddressFamily == AddressFamily.InterNetwork ? !text.SequenceEqual(address.ToString()) : text.ContainsAny("%[]/"))
            return false;
        name = Of(address);
        return true;
    }

    private static bool IsLabel(ReadOnlySpan<char> label) =>
        label.Length is > 0 and <= LongestLabel && !label.ContainsAnyExcept(LabelCharacters) && label[0] is not ('-' or '_') && label[^1] != '-';

    /// <summary>Whether a last label makes an address of the whole, as every URL parser has it: digits, or 0x.</summary>
    private static bool IsNumber(ReadOnlySpan<char> label) =>
        !label.IsEmpty && (!label.ContainsAnyExceptInRange('0', '9') || label.StartsWith("0x", StringComparison.OrdinalIgnoreCase));
}
