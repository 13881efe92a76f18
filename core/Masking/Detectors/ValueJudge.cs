using System.Buffers;

namespace K8sRecorder.Masking.Detectors;

/// <summary>Whether the value given to a telling name is a secret, or a variable, a type, a word of documentation.</summary>
internal abstract class ValueJudge
{
    private static readonly SearchValues<byte> Blank = ByteClasses.Of(" \t\r\n");
    private static readonly SearchValues<byte> Identifier = ByteClasses.Of(ByteClasses.Letters + "_.-/:");
    private static readonly SearchValues<byte> Symbols = ByteClasses.Of("!@#$%^*?~+");

    /// <summary>Passwords: people choose them, so almost anything quoted is one; unquoted it must not look like code.</summary>
    public static ValueJudge Password { get; } = new PasswordJudge();

    /// <summary>Keys and tokens: drawn by chance.</summary>
    public static ValueJudge Token { get; } = new TokenJudge();

    /// <summary>Fields of OAuth answers: the name leaves no doubt, only placeholders are let pass.</summary>
    public static ValueJudge OAuth { get; } = new OAuthJudge();

    /// <summary>The 40 characters of an AWS secret key.</summary>
    public static ValueJudge AwsSecret { get; } = new AwsSecretJudge();

    public abstract bool Judge(ReadOnlySpan<byte> value, bool isQuoted);

    private sealed class PasswordJudge : ValueJudge
    {
        public override bool Judge(ReadOnlySpan<byte> value, bool isQuoted)
        {
            if (value.Length < (isQuoted ? 4 : 6) || value.Length > 512 || Placeholder.Is(value))
                return false;
            var digits = Randomness.CountDigits(value);
            var hasSymbol = value.IndexOfAny(Symbols) >= 0;
            if (value.IndexOfAny(Blank) >= 0)
                return value.Count((byte)' ') < 8 && (digits > 0 || hasSymbol) && !value.EndsWith("."u8);
            if (isQuoted)
                return true;
            return hasSymbol && value.IndexOfAny(ByteClasses.Alphanumeric) >= 0
                || digits > 0 && digits < value.Length && value.IndexOfAnyExcept(Identifier) >= 0;
        }
    }

    private sealed class TokenJudge : ValueJudge
    {
        public override bool Judge(ReadOnlySpan<byte> value, bool isQuoted)
        {
            if (value.Length < 10)
                return false;
            var digits = Randomness.CountDigits(value);
            if (digits == 0 && value.Length < 24 || digits == value.Length || value.IndexOfAny(Blank) >= 0)
                return false;
            var isHex = value.Length >= 16 && digits >= 4 && value.IndexOfAnyExcept(ByteClasses.LowerHex) < 0;
            return Randomness.Entropy(value) >= (isHex ? 2.7 : Math.Min(digits == 0 ? 4 : 3.4, 0.85 * Math.Log2(value.Length)))
                && !IsWords(value) && !Placeholder.Is(value) && value.IndexOf("://"u8) < 0;
        }

        /// <summary>Words or numbers joined by dashes, dots, underlines: a name, not a key.</summary>
        private static bool IsWords(ReadOnlySpan<byte> value)
        {
            var from = 0;
            while (from <= value.Length)
            {
                var length = value[from..].IndexOfAny("-_./:"u8);
                var word = length < 0 ? value[from..] : value.Slice(from, length);
                var digits = Randomness.CountDigits(word);
                if (digits > 4 || digits > 0 && digits < word.Length && !char.IsAsciiDigit((char)word[^1]) || word.Length > 16
                    || digits > 2 && digits < word.Length)
                    return false;
                if (length < 0)
                    return from > 0;
                from += length + 1;
            }

            return false;
        }
    }

    private sealed class OAuthJudge : ValueJudge
    {
        public override bool Judge(ReadOnlySpan<byte> value, bool isQuoted)
        {
            if (value.Length < 8 || value.IndexOfAny(Blank) >= 0 || Placeholder.Is(value))
                return false;
            return isQuoted && value.Length >= 16 && value.IndexOfAnyExcept(Identifier) >= 0
                || Randomness.CountDigits(value) > 0 && value.IndexOfAnyExcept(ByteClasses.Of("0123456789")) >= 0;
        }
    }

    private sealed class AwsSecretJudge : ValueJudge
    {
        public override bool Judge(ReadOnlySpan<byte> value, bool isQuoted) =>
            value.Length == 40 && value.IndexOfAnyExcept(ByteClasses.Base64Path) < 0 && Randomness.Entropy(value) > 3.5;
    }
}
