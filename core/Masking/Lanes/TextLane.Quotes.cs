namespace K8sRecorder.Masking.Lanes;

/// <summary>Whether a place in a JSON document is inside a string: by the number of plain quotes before it.</summary>
internal sealed partial class TextLane
{
    private bool _isInString;

    // the last byte that is forgotten and no blank; 0 where there is none
    private byte _lastForgotten;

    /// <summary>Whether the text is JSON, one document or one a line, so that a marker for a bare value needs quotes.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether a secret is a number of a JSON document, not a part of a string. Then its sign belongs to it.</summary>
    private bool IsBareJson(ref int start, int end)
    {
        if (!IsJson || _text.AsSpan(start, end - start).IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            return false;
        var number = IsSigned(start) ? start - 1 : start;
        if (LastOf(number) is not (0 or (byte)':' or (byte)',' or (byte)'[') || IsInString(number))
            return false;
        start = number;
        return true;
    }

    /// <summary>Whether a number that starts here has a sign in front, which then is masked with it.</summary>
    private bool IsSigned(int at) => IsJson && at > 0 && _text[at - 1] == '-' && _map.Depth(at - 1) == 0;

    private bool IsInString(int at)
    {
        // A plain line feed never stands in a JSON string: count from there.
        var text = _text.AsSpan(0, at);
        var from = 0;
        for (var search = text; ;)
        {
            var feed = search.LastIndexOf((byte)'\n');
            if (feed < 0)
                break;
            if (_map.Depth(feed) == 0)
            {
                from = feed + 1;
                break;
            }

            search = search[..feed];
        }

        var inString = from == 0 && _isInString;
        var quotes = text[from..].Count((byte)'"') - _map.CountEscaped(text, (byte)'"') + _map.CountEscaped(text[..from], (byte)'"');
        return inString ^ ((quotes & 1) == 1);
    }

    private void TrimQuotes(int cut)
    {
        if (!IsJson)
            return;
        _isInString = IsInString(cut);
        _lastForgotten = LastOf(cut);
    }

    /// <summary>The last byte before a position that is no blank; 0 where the stream begins.</summary>
    private byte LastOf(int at)
    {
        var before = _text.AsSpan(0, at).TrimEnd(" \t\r\n"u8);
        return before.IsEmpty ? _lastForgotten : before[^1];
    }
}
