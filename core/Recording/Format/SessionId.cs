using System.Buffers.Binary;
using System.Security.Cryptography;

namespace K8sRecorder.Recording.Format;

/// <summary>The name of a session: a ULID in lower case, 48 bits of milliseconds and 80 random bits.</summary>
public readonly record struct SessionId
{
    /// <summary>Length of the text form.</summary>
    public const int TextLength = 26;

    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";

    private readonly string? _text;

    private SessionId(string text) => _text = text;

    /// <summary>True for <c>default</c>, which names no session.</summary>
    public bool IsEmpty => _text is null;

    /// <summary>When the session began, to the millisecond.</summary>
    public DateTimeOffset OpenedAt => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds(_text ?? new string('0', TextLength)));

    /// <summary>Makes a new name.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="random">Source of the random bits.</param>
    /// <param name="after">The session before; the new name sorts after it even where the clock was set back.</param>
    public static SessionId New(TimeProvider time, RandomNumberGenerator random, SessionId after = default)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> raw = stackalloc byte[10];
        random.GetBytes(raw);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return From(after.IsEmpty ? now : Math.Max(now, Milliseconds(after._text!) + 1), raw);
    }

    /// <summary>Reads the text form; upper case, a wrong length or a time beyond 48 bits are no name.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SessionId id)
    {
        id = default;
        if (text.Length != TextLength || text[0] > '7')
            return false;
        foreach (var c in text)
        {
            if (!Digits.Contains(c, StringComparison.Ordinal))
                return false;
        }

        id = new SessionId(text.ToString());

        // DateTimeOffset ends with the year 9999, the 48 bits do not.
        if (Milliseconds(id._text!) <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
            return true;
        id = default;
        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";

    private static SessionId From(long milliseconds, ReadOnlySpan<byte> random)
    {
        Span<byte> raw = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(raw, (ulong)milliseconds << 16);
        random.CopyTo(raw[6..]);
        var value = BinaryPrimitives.ReadUInt128BigEndian(raw);
        return new SessionId(string.Create(TextLength, value, static (text, bits) =>
        {
            for (var i = text.Length - 1; i >= 0; i--, bits >>= 5)
                text[i] = Digits[(int)(bits & 31)];
        }));
    }

    private static long Milliseconds(string text)
    {
        var value = 0L;
        for (var i = 0; i < 10; i++)
            value = (value << 5) | (long)Digits.IndexOf(text[i], StringComparison.Ordinal);
        return value;
    }
}
