using K8sRecorder.Masking.Lanes;
using K8sRecorder.Masking.Output;

namespace K8sRecorder.Masking.Fields;

/// <summary>Parameters of a URL or fields of a form: <c>name=value&amp;…</c>, the names percent encoded or not.</summary>
internal sealed class ParameterTracker : FieldTracker
{
    private const int MaxName = 96;

    private static readonly HashSet<string> Telling = new(StringComparer.Ordinal)
    {
        "api_key", "apikey", "token", "access_token", "refresh_token", "id_token", "auth_token", "auth", "authorization", "sig",
        "signature", "password", "passwd", "pwd", "pass", "passphrase", "secret", "client_secret", "code", "code_verifier", "assertion",
        "client_assertion", "jwt", "credential", "credentials", "private_key", "secret_key", "access_key", "session_token", "sessionid",
        "session_id", "subscription_key", "ocp_apim_subscription_key", "x_api_key", "hapikey", "device_code", "samlresponse",
        "x_amz_signature", "x_amz_security_token", "x_amz_credential", "x_goog_signature", "x_goog_credential", "googleaccessid", "awsaccesskeyid",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Names = Telling.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly bool _isUrl;
    private readonly OpenValue _value;
    private readonly byte[] _name = new byte[MaxName];
    private int _length;
    private Part _part;

    public ParameterTracker(RangeQueue queue, bool isUrl)
    {
        _isUrl = isUrl;
        _value = new OpenValue(queue, isUrl ? "url-parameter" : "form-field");
        Reset();
    }

    private enum Part
    {
        Path,
        Name,
        Value,
        TellingValue,
    }

    public override long Hold => _value.Hold;

    public override void Reset()
    {
        _part = _isUrl ? Part.Path : Part.Name;
        _length = 0;
        _value.Reset();
    }

    public override void Complete(long at)
    {
        if (_value.IsOpen)
            _value.Close(at);
    }

    public override void Feed(ReadOnlySpan<byte> source, long at)
    {
        while (!source.IsEmpty)
        {
            var stop = _part switch
            {
                Part.Path => source.IndexOfAny("?#"u8),
                Part.Name when _isUrl => source.IndexOfAny("=&#"u8),
                Part.Name => source.IndexOfAny("=&"u8),
                _ when _isUrl => source.IndexOfAny("&#"u8),
                _ => source.IndexOf((byte)'&'),
            };
            var length = stop < 0 ? source.Length : stop;
            if (_part == Part.Name)
                AddToName(source[..length]);
            else if (_part == Part.TellingValue)
                _value.Feed(source[..length], at);
            if (stop < 0)
                return;
            at += stop + 1;
            Step(source[stop], at);
            source = source[(stop + 1)..];
        }
    }

    private void Step(byte separator, long next)
    {
        if (_value.IsOpen)
            _value.Close(next - 1);
        if (separator == '=')
        {
            _part = IsTelling() ? Part.TellingValue : Part.Value;
            if (_part == Part.TellingValue)
                _value.Open(next);
        }
        else
        {
            _part = Part.Name;
            _length = 0;
        }
    }

    private void AddToName(ReadOnlySpan<byte> bytes)
    {
        var known = Math.Min(bytes.Length, MaxName - _length);
        bytes[..known].CopyTo(_name.AsSpan(_length));
        _length += known;
    }

    private bool IsTelling()
    {
        Span<char> name = stackalloc char[MaxName];
        Span<byte> decoded = stackalloc byte[4];
        var length = 0;
        for (var at = 0; at < _length;)
        {
            decoded[0] = _name[at];
            at += _name[at] == '%' ? Unescaper.Decode(_name.AsSpan(at, _length - at), last: true, decoded, out _, out _) : 1;
            name[length++] = decoded[0] == '-' ? '_' : (char)Scanning.AsciiFold.Lower(decoded[0]);
        }

        // In forms of arrays the name goes on: password[0]
        ReadOnlySpan<char> plain = name[..length].Trim();
        var bracket = plain.IndexOf('[');
        if (bracket > 0)
            plain = plain[..bracket];
        return Names.Contains(plain) || _isUrl && plain is "key";
    }
}
