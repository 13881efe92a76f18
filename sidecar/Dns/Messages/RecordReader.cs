using System.Buffers.Binary;

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>Walks the records of a message. Total; the number of records is bounded by the bytes that each needs.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> message, DnsHeader header, int at)
{
    private const int FixedBytes = 10;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _at = at;
    private int _read;

    public DnsRecordPlace Current { get; private set; }

    /// <summary>Whether the message is not what its header says.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>What follows the last record that was read.</summary>
    public readonly int Next => _at;

    public bool MoveNext()
    {
        if (_read == header.Records || IsMalformed)
            return false;
        IsMalformed = true;
        if (!NameReader.TrySkip(_message, _at, out var fields) || fields + FixedBytes > _message.Length)
            return false;
        var length = Word(fields + 8);
        var data = fields + FixedBytes;
        if (data + length > _message.Length)
            return false;
        IsMalformed = false;
        Current = new DnsRecordPlace(
            SectionOf(_read++), _at, Word(fields), Word(fields + 2), BinaryPrimitives.ReadUInt32BigEndian(_message[(fields + 4)..]), data, length);
        _at = data + length;
        return true;
    }

    private readonly DnsSection SectionOf(int index) =>
        index < header.Answers ? DnsSection.Answer : index < header.Answers + header.Authorities ? DnsSection.Authority : DnsSection.Additional;

    private readonly ushort Word(int at) => BinaryPrimitives.ReadUInt16BigEndian(_message[at..]);
}
