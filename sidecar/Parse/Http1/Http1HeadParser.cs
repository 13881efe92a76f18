using System.Buffers;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>
/// Finds the lines of a head (RFC 9112 2 to 5) and fills an <see cref="HttpHead"/> with where they stand. Total and incremental: called
/// again with the same bytes and more, it looks at each byte once. Strict, because a head that two readers take for two things is how
/// requests are smuggled: lines end in CRLF, no folding, names are tokens, values hold no control characters.
/// </summary>
internal sealed class Http1HeadParser(Http1HeadKind kind, HttpHead head)
{
    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // RFC 9110 5.5: no CTL but tab; what is beyond ASCII is left to the two ends
    private static readonly SearchValues<byte> NotInValue = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    private static readonly SearchValues<byte> NotInTarget = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 127]);

    private readonly int _limit = kind switch
    {
        Http1HeadKind.Request => Http1Limits.RequestHead,
        Http1HeadKind.Response => Http1Limits.ResponseHead,
        _ => Http1Limits.Trailers,
    };

    private int _scanned;
    private int _line;
    private int _blanks;
    private bool _hasStartLine = kind == Http1HeadKind.Trailers;

    /// <summary>What is wrong, after <see cref="ParseStatus.Invalid"/>.</summary>
    public Http1Fault Fault { get; private set; }

    /// <summary>Starts on the next head.</summary>
    public void Reset()
    {
        _scanned = 0;
        _line = 0;
        _blanks = 0;
        _hasStartLine = kind == Http1HeadKind.Trailers;
        Fault = Http1Fault.None;
        head.Clear();
    }

    /// <summary>Says where the lines are that were good before it was given up: the head is those.</summary>
    public void BindSoFar(byte[] buffer, int at) => head.Bind(buffer, at, _line);

    /// <summary>Takes the head's bytes so far, from its first on. When it is complete, <see cref="HttpHead.Bind"/> says where they are.</summary>
    public ParseStatus Parse(byte[] buffer, int at, int count)
    {
        if (Fault != Http1Fault.None)
            return ParseStatus.Invalid;
        var bytes = buffer.AsSpan(at, count);
        while (true)
        {
            var feed = bytes[_scanned..].IndexOf((byte)'\n');
            var end = feed < 0 ? count : _scanned + feed + 1;
            if (!_hasStartLine && kind == Http1HeadKind.Request && end > Http1Limits.RequestLine)
                return Fail(Http1Fault.TargetTooLong);
            if (end > _limit)
                return Fail(Http1Fault.HeadTooLarge);
            _scanned = end;
            if (feed < 0)
                return ParseStatus.NeedMore;
            if (end - _line < 2 || bytes[end - 2] != '\r')
                return Fail(Http1Fault.LineEnd);
            var line = bytes[_line..(end - 2)];
            if (line.Length == 0 && _hasStartLine)
            {
                head.Bind(buffer, at, end);
                return ParseStatus.Complete;
            }
            if (!(_hasStartLine ? Field(line, end) : StartLine(line, end)))
                return ParseStatus.Invalid;
            _hasStartLine = true;
            _line = end;
        }
    }

    private bool StartLine(ReadOnlySpan<byte> line, int end) => kind == Http1HeadKind.Request ? RequestLine(line, end) : StatusLine(line, end);

    private bool RequestLine(ReadOnlySpan<byte> line, int end)
    {
        // method SP target SP version, each blank once
        var method = line.IndexOf((byte)' ');
        var version = line.LastIndexOf((byte)' ');
        if (method <= 0 || version <= method + 1 || line[..method].ContainsAnyExcept(TokenBytes) || line[(method + 1)..version].ContainsAny(NotInTarget))
            return Wrong(Http1Fault.StartLine);
        if (!Version(line[(version + 1)..]))
            return Wrong(line[(version + 1)..].StartsWith("HTTP/"u8) ? Http1Fault.Version : Http1Fault.StartLine);
        head.StartLine = new HttpStartLine(true, 0, method, method + 1, version - method - 1, version + 1, line.Length - version - 1, end);
        return true;
    }

    private bool StatusLine(ReadOnlySpan<byte> line, int end)
    {
        const int Status = 9;
        const int Reason = 13;
        // version SP 3 digits [SP reason]; the second blank is left out by some where there is no reason
        if (line.Length < Status + 3 || line[Status - 1] != ' ' || !Version(line[..(Status - 1)]) || (line.Length > Status + 3 && line[Status + 3] != ' '))
            return Wrong(Http1Fault.StartLine);
        var status = 0;
        foreach (var digit in line.Slice(Status, 3))
        {
            if (!char.IsAsciiDigit((char)digit))
                return Wrong(Http1Fault.StartLine);
            status = (status * 10) + digit - '0';
        }
        var reason = line.Length > Reason ? line[Reason..] : default;
        if (status < 100 || reason.ContainsAny(NotInValue))
            return Wrong(Http1Fault.StartLine);
        head.Status = status;
        head.StartLine = new HttpStartLine(false, 0, Status - 1, Status, 3, Math.Min(Reason, line.Length), reason.Length, end);
        return true;
    }

    private bool Version(ReadOnlySpan<byte> version)
    {
        head.IsHttp10 = version.SequenceEqual("HTTP/1.0"u8);
        return head.IsHttp10 || version.SequenceEqual("HTTP/1.1"u8);
    }

    private bool Field(ReadOnlySpan<byte> line, int end)
    {
        if (head.Count == Http1Limits.Fields)
            return Wrong(Http1Fault.TooManyFields);
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(TokenBytes))
            return Wrong(Http1Fault.FieldName); // folding shows here too: its blank is no part of a name
        var valueAt = colon + 1;
        var valueEnd = line.Length;
        while (valueAt < valueEnd && line[valueAt] is (byte)' ' or (byte)'\t')
            valueAt++;
        while (valueEnd > valueAt && line[valueEnd - 1] is (byte)' ' or (byte)'\t')
            valueEnd--;
        if (line[valueAt..valueEnd].ContainsAny(NotInValue))
            return Wrong(Http1Fault.FieldValue);
        _blanks += Math.Max(0, valueAt - colon - 2) + line.Length - valueEnd;
        if (_blanks > Http1Limits.Blanks && kind != Http1HeadKind.Response)
            return Wrong(Http1Fault.Blanks);
        head.Add(new HttpField(_line, end - _line, colon, _line + valueAt, valueEnd - valueAt, HttpFieldNames.Of(line[..colon])));
        return true;
    }

    private ParseStatus Fail(Http1Fault fault)
    {
        Fault = fault;
        return ParseStatus.Invalid;
    }

    private bool Wrong(Http1Fault fault)
    {
        Fault = fault;
        return false;
    }
}
