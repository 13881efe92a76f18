namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>
/// A domain name to be compared by: lower case, without the last dot, bytes that are no letter, digit, hyphen or underscore as <c>\DDD</c> (RFC 1035 5.1),
/// so that a dot is always the border of two labels. The root is empty.
/// </summary>
internal readonly record struct DnsName
{
    private readonly string? _text;

    private DnsName(string text) => _text = text;

    public string Text => _text ?? "";

    public bool IsRoot => Text.Length == 0;

    /// <summary>How many labels it has.</summary>
    public int Labels => IsRoot ? 0 : 1 + Text.AsSpan().Count('.');

    /// <summary>A host name as people write it; its last dot and its case do not matter.</summary>
    public static bool TryParse(ReadOnlySpan<char> host, out DnsName name)
    {
        name = default;
        if (host is [.., '.'])
            host = host[..^1];
        if (host.Length is 0 or > DnsLimits.Name - 2)
            return false;
        foreach (var label in host.Split('.'))
        {
            if (host[label].Length is 0 or > DnsLimits.Label || host[label].ContainsAnyExcept(DnsNameText.HostCharacters))
                return false;
        }
        name = new DnsName(host.ToString().ToLowerInvariant());
        return true;
    }

    /// <summary>A name from its uncompressed form on the wire (<see cref="NameReader"/>).</summary>
    public static DnsName FromWire(ReadOnlySpan<byte> wire)
    {
        Span<char> text = stackalloc char[DnsLimits.Name * 4];
        return new DnsName(text[..DnsNameText.Write(wire, text)].ToString());
    }

    /// <summary>Whether it is that name or one below it.</summary>
    public bool IsWithin(DnsName suffix) =>
        suffix.IsRoot || Text == suffix.Text
        || (Text.Length > suffix.Text.Length && Text.EndsWith(suffix.Text, StringComparison.Ordinal) && Text[^(suffix.Text.Length + 1)] == '.');

    public override string ToString() => IsRoot ? "." : Text;
}
