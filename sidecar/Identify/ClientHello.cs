using System.Buffers.Binary;
using System.Text;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Identify;

/// <summary>
/// What a TLS ClientHello says in the clear (RFC 8446 4.1.2, RFC 6066 3, RFC 7301). Nothing of it is proven: the name is a hint until a
/// certificate bears it out.
/// </summary>
/// <param name="ServerName">The name asked for (SNI), in lower case; null where there is none.</param>
/// <param name="Protocols">The protocols offered (ALPN), in the client's order.</param>
/// <param name="IsEncrypted">Whether it carries an Encrypted ClientHello (RFC 9849): then the name is the outer one, and not the one meant.</param>
internal sealed record ClientHello(string? ServerName, IReadOnlyList<byte[]> Protocols, bool IsEncrypted)
{
    /// <summary>
    /// What its maker offers: cipher suites and kinds of extensions, whatever their order, without those that vary from one connection of a client to its next. The
    /// same for connections of one client, and of others made with the same library in the same way.
    /// </summary>
    public ulong Shape { get; init; }

    /// <summary>The largest that is looked at, records' heads included: post-quantum key shares and padding fit many times.</summary>
    public const int MaxBytes = 64 << 10;

    private const int MaxProtocols = 32;
    private const int MaxName = 255;

    private const int ServerNameExtension = 0;
    private const int ProtocolsExtension = 16;
    private const int EncryptedExtension = 0xFE0D;

    /// <summary>Those of the protocols offered that are well known, with commas; null where there are none.</summary>
    public string? KnownProtocols
    {
        get
        {
            var known = string.Join(',', Protocols.Where(ProtocolNames.IsKnown).Select(Encoding.Latin1.GetString));
            return known.Length == 0 ? null : known;
        }
    }

    /// <summary>
    /// Reads it from the first bytes of a connection; it may be spread over records, and those over any number of reads. <see
    /// cref="ParseStatus.Invalid"/>: this is not TLS, or no ClientHello that a server would take.
    /// </summary>
    public static ParseStatus TryRead(ReadOnlySpan<byte> bytes, out ClientHello? hello)
    {
        return TryRead(new HelloRecords(), bytes, out hello);
    }

    /// <summary>The same of bytes that were looked at before, when there were fewer.</summary>
    /// <param name="records">What was seen of them then; one for each connection.</param>
    /// <param name="bytes">All of them, from the first.</param>
    /// <param name="hello">What they say.</param>
    public static ParseStatus TryRead(HelloRecords records, ReadOnlySpan<byte> bytes, out ClientHello? hello)
    {
        hello = null;
        var status = records.Look(bytes, out var message);
        if (status != ParseStatus.Complete)
            return status;
        hello = Parse(message);
        return hello is null ? ParseStatus.Invalid : ParseStatus.Complete;
    }

    private static ClientHello? Parse(ReadOnlySpan<byte> message)
    {
        var reader = new TlsReader(message);
        // legacy_version, random, legacy_session_id, cipher_suites, legacy_compression_methods
        if (!reader.Skip(2 + 32) || !reader.TryVector8(out _) || !reader.TryVector16(out var suites) || suites.Length == 0 || !reader.TryVector8(out _))
            return null;
        var shape = ShapeOf(suites);
        if (reader.IsAtEnd)
            return new ClientHello(null, [], IsEncrypted: false) { Shape = shape }; // before extensions there were none
        if (!reader.TryVector16(out var extensions) || !reader.IsAtEnd)
            return null;
        string? name = null;
        IReadOnlyList<byte[]> protocols = [];
        var (isEncrypted, seen) = (false, 0);
        for (var each = new TlsReader(extensions); !each.IsAtEnd;)
        {
            if (!each.TryNumber16(out var type) || !each.TryVector16(out var body))
                return null;
            shape += Varies(type) ? 0 : Mixed(type, salt: 1);
            switch (type)
            {
                // one of each kind (RFC 8446 4.2): of two, who says which one the server reads?
                case ServerNameExtension when (seen & 1) != 0 || !TryName(body, out name):
                case ProtocolsExtension when (seen & 2) != 0 || !TryProtocols(body, out protocols):
                    return null;
                case ServerNameExtension:
                    seen |= 1;
                    break;
                case ProtocolsExtension:
                    seen |= 2;
                    break;
                case EncryptedExtension:
                    isEncrypted = true;
                    break;
                default:
                    break;
            }
        }
        return new ClientHello(name, protocols, isEncrypted) { Shape = shape };
    }

    private static ulong ShapeOf(ReadOnlySpan<byte> suites)
    {
        var shape = 0UL;
        for (var at = 0; at + 1 < suites.Length; at += 2)
        {
            var suite = BinaryPrimitives.ReadUInt16BigEndian(suites[at..]);
            shape += IsGrease(suite) ? 0 : Mixed(suite, salt: 2);
        }
        return shape;
    }

    /// <summary>Whether it comes and goes: padding (RFC 7685), what takes a session up again (RFC 8446 4.2.11, RFC 5077), a second hello's cookie, GREASE.</summary>
    private static bool Varies(int extension) => extension is 21 or 35 or 41 or 42 or 44 || IsGrease(extension);

    /// <summary>Numbers that stand for nothing (RFC 8701): clients take other ones each time.</summary>
    private static bool IsGrease(int number) => (number & 0x0F0F) == 0x0A0A && number >> 8 == (number & 0xFF);

    /// <summary>A number as 64 bits that add up to something else with others (splitmix64).</summary>
    private static ulong Mixed(int number, ulong salt)
    {
        var mixed = ((ulong)number << 8 | salt) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    private static bool TryName(ReadOnlySpan<byte> extension, out string? name)
    {
        name = null;
        var outer = new TlsReader(extension);
        if (!outer.TryVector16(out var list) || !outer.IsAtEnd)
            return false;
        var reader = new TlsReader(list);
        // the list has one name, of the one type there is (RFC 6066 3)
        if (!reader.TryNumber8(out var type) || type != 0 || !reader.TryVector16(out var host) || !reader.IsAtEnd)
            return false;
        if (host.Length is 0 or > MaxName)
            return false;
        foreach (var letter in host)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter is not ((byte)'-' or (byte)'.' or (byte)'_'))
                return false;
        }
        name = Encoding.ASCII.GetString(host).ToLowerInvariant();
        return true;
    }

    private static bool TryProtocols(ReadOnlySpan<byte> extension, out IReadOnlyList<byte[]> protocols)
    {
        protocols = [];
        var outer = new TlsReader(extension);
        if (!outer.TryVector16(out var list) || !outer.IsAtEnd || list.Length == 0)
            return false;
        var names = new List<byte[]>();
        for (var reader = new TlsReader(list); !reader.IsAtEnd;)
        {
            if (!reader.TryVector8(out var name) || name.Length == 0 || names.Count == MaxProtocols)
                return false;
            names.Add(name.ToArray());
        }
        protocols = names;
        return true;
    }
}
