namespace K8sRecorder.Sidecar.Identify;

/// <summary>
/// Sees a ClientHello that begins in the middle of a connection, as it does after STARTTLS and its kin (RFC 3207, RFC 4511 4.14), or right behind MySQL's
/// request for TLS: where the sender speaks again after the other side did, however few bytes come at a time, and at the beginning of what was sent
/// at once. Nothing is held back. Who hides it otherwise has agreed on that with the other side, and could use a cipher of his own. One caller but for
/// <see cref="NoteAnswer"/>.
/// </summary>
internal sealed class HelloWatch
{
    /// <summary>Heads of record and message, and the version in the message: enough to tell it from anything else.</summary>
    private const int Needed = 11;

    private const int MySqlRequest = 36; // a packet of 32 bytes, the second of the connection (Protocol::SSLRequest)
    private const int MaxRecord = 16 << 10;
    private const int LeastHello = 42; // version, random, and the lengths of what may be empty, behind the message's head

    private readonly byte[] _kept = new byte[Needed];
    private int _count;
    private bool _mayBegin = true;
    private volatile bool _hasAnswered;

    /// <summary>Any thread: the other side is about to be heard.</summary>
    public void NoteAnswer() => _hasAnswered = true;

    /// <summary>Whether one begins, or goes on to be one, in what is sent now.</summary>
    public bool Sees(ReadOnlySpan<byte> sent)
    {
        if (_hasAnswered)
        {
            _hasAnswered = false;
            (_mayBegin, _count) = (true, 0);
        }
        if (_mayBegin && Continues(sent))
            return true;
        return Begins(sent) || (sent.Length >= MySqlRequest + Needed && sent is [32, 0, 0, 1, ..] && Begins(sent[MySqlRequest..]));
    }

    private bool Continues(ReadOnlySpan<byte> sent)
    {
        var more = Math.Min(Needed - _count, sent.Length);
        sent[..more].CopyTo(_kept.AsSpan(_count));
        _count += more;
        _mayBegin = _count < Needed && MayBegin(_kept.AsSpan(0, _count));
        return _count == Needed && Begins(_kept);
    }

    private static bool MayBegin(ReadOnlySpan<byte> first) =>
        (first.Length < 1 || first[0] == 22) && (first.Length < 2 || first[1] == 3) && (first.Length < 3 || first[2] <= 4) && (first.Length < 6 || first[5] == 1);

    /// <summary>A record of a handshake, a ClientHello in it, of a version that there is (RFC 8446 5.1, 4, 4.1.2).</summary>
    private static bool Begins(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Needed || !MayBegin(bytes[..Needed]))
            return false;
        var (record, message) = ((bytes[3] << 8) | bytes[4], (bytes[6] << 16) | (bytes[7] << 8) | bytes[8]);
        return record is > 0 and <= MaxRecord && message is >= LeastHello - 4 and <= ClientHello.MaxBytes && bytes[9] == 3 && bytes[10] is >= 1 and <= 3;
    }
}
