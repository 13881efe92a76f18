namespace K8sRecorder.Masking.Detectors;

/// <summary>Payment card numbers: issuer range, length of that issuer, Luhn's check digit, in one piece or grouped.</summary>
internal sealed class CardMatcher : Matcher
{
    private const int MaxDigits = 19;
    private const int MaxGroups = 6;

    public override Verdict Match(in Probe probe)
    {
        var text = probe.Text;
        if (probe.At > 0 && (ByteClasses.Word.Contains(probe.Before) || probe.Before is (byte)'.' or (byte)'+' && HasDigitBefore(probe)))
            return Verdict.None;
        Span<byte> digits = stackalloc byte[MaxDigits];
        Span<int> ends = stackalloc int[MaxGroups];
        Span<int> sizes = stackalloc int[MaxGroups];
        sizes.Clear();
        var count = 0;
        var group = 0;
        byte separator = 0;
        for (var at = probe.At; ; at++)
        {
            if (probe.Lacks(at))
                return Verdict.More;
            var b = at < text.Length ? text[at] : (byte)0;
            if (char.IsAsciiDigit((char)b))
            {
                if (count == MaxDigits)
                    return group == 0 ? Verdict.None : Judge(probe.At, digits, ends, sizes, group);
                digits[count++] = (byte)(b - '0');
                sizes[group]++;
                ends[group] = at + 1;
            }
            else if (b is (byte)' ' or (byte)'-' && (separator == 0 || separator == b) && group < MaxGroups - 1 && sizes[group] is >= 4 and <= 6)
            {
                separator = b;
                group++;
            }
            else
            {
                if (b == '.' && probe.Lacks(at + 1))
                    return Verdict.More;
                // A number that goes on as a fraction or a word is none of ours; its first groups may be.
                var goesOn = ByteClasses.Word.Contains(b) || b == '.' && at + 1 < text.Length && char.IsAsciiDigit((char)text[at + 1]);
                return Judge(probe.At, digits, ends, sizes, goesOn || sizes[group] == 0 ? group : group + 1);
            }
        }
    }

    /// <summary>Takes as many groups as make a card number.</summary>
    private static Verdict Judge(int start, ReadOnlySpan<byte> digits, ReadOnlySpan<int> ends, ReadOnlySpan<int> sizes, int groups)
    {
        for (; groups > 0; groups--)
        {
            var count = 0;
            for (var i = 0; i < groups; i++)
                count += sizes[i];
            if (IsIssued(digits[..count]) && IsGrouped(sizes[..groups]) && IsLuhn(digits[..count]))
                return Verdict.Found(start, ends[groups - 1]);
        }

        return Verdict.None;
    }

    private static bool HasDigitBefore(in Probe probe) => probe.At > 1 && char.IsAsciiDigit((char)probe.Text[probe.At - 2]);

    private static bool IsIssued(ReadOnlySpan<byte> digits)
    {
        if (digits.Length < 13)
            return false;
        var two = (digits[0] * 10) + digits[1];
        var four = (two * 100) + (digits[2] * 10) + digits[3];
        return digits[0] switch
        {
            4 => digits.Length is 13 or 16 or 19,
            5 => two is >= 51 and <= 55 && digits.Length == 16,
            2 => four is >= 2221 and <= 2720 && digits.Length == 16,
            3 => two is 34 or 37 ? digits.Length == 15
                : two is 36 or 38 or 39 || four is >= 3000 and <= 3059 ? digits.Length == 14
                : four is >= 3528 and <= 3589 && digits.Length == 16,
            6 => (four == 6011 || two == 65 || four is >= 6440 and <= 6499 || two == 62) && digits.Length is >= 16 and <= 19,
            _ => false,
        };
    }

    /// <summary>In one piece, in fours, or 4-6-5 and 4-6-4.</summary>
    private static bool IsGrouped(ReadOnlySpan<int> groups)
    {
        if (groups.Length == 1)
            return true;
        if (groups.Length == 3)
            return groups[0] == 4 && groups[1] == 6 && groups[2] is 4 or 5;
        for (var i = 0; i < groups.Length - 1; i++)
        {
            if (groups[i] != 4)
                return false;
        }

        return groups.Length is 4 or 5;
    }

    private static bool IsLuhn(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        var isDouble = false;
        var distinct = 0;
        for (var i = digits.Length - 1; i >= 0; i--, isDouble = !isDouble)
        {
            var d = isDouble ? digits[i] * 2 : digits[i];
            sum += d > 9 ? d - 9 : d;
            distinct |= 1 << digits[i];
        }

        return sum % 10 == 0 && System.Numerics.BitOperations.PopCount((uint)distinct) > 1;
    }
}
