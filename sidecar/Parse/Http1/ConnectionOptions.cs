using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>What a message's Connection field says (RFC 9110 7.6.1).</summary>
/// <param name="Close">It ends the connection.</param>
/// <param name="Upgrade">It asks for another protocol.</param>
/// <param name="IsPlain">There is no such field, or one that says <c>keep-alive</c> or <c>close</c> and nothing else.</param>
internal readonly record struct ConnectionOptions(bool Close, bool Upgrade, bool IsPlain)
{
    public static ConnectionOptions Of(HttpHead head)
    {
        if (!head.Has(HttpFieldName.Connection))
            return new ConnectionOptions(false, false, true);
        bool close = false, upgrade = false, keepAlive = false;
        var others = 0;
        foreach (ref readonly var field in head.Fields)
        {
            if (field.Name != HttpFieldName.Connection)
                continue;
            var left = head.ValueOf(field);
            others += left.IndexOf((byte)',') >= 0 ? 1 : 0;
            while (Next(ref left, out var option))
            {
                if (HttpFieldNames.Is(option, "close"u8))
                    close = true;
                else if (HttpFieldNames.Is(option, "keep-alive"u8))
                    keepAlive = true;
                else
                {
                    upgrade |= HttpFieldNames.Is(option, "upgrade"u8);
                    others++;
                }
            }
        }
        return new ConnectionOptions(close, upgrade, others == 0 && close != keepAlive && head.CountOf(HttpFieldName.Connection) == 1);
    }

    /// <summary>Whether the field ends here: by its name, or because the message's Connection field names it.</summary>
    public static bool Ends(HttpHead head, in HttpField field)
    {
        switch (field.Name)
        {
            case HttpFieldName.Connection or HttpFieldName.KeepAlive or HttpFieldName.ProxyConnection or HttpFieldName.Upgrade:
                return true;
            // whoever names these would take the framing or the address from under the other side
            case HttpFieldName.Host or HttpFieldName.ContentLength or HttpFieldName.TransferEncoding:
                return false;
        }
        return head.Has(HttpFieldName.Connection) && IsNamed(head, head.NameOf(field));
    }

    private static bool IsNamed(HttpHead head, ReadOnlySpan<byte> name)
    {
        foreach (ref readonly var field in head.Fields)
        {
            if (field.Name != HttpFieldName.Connection)
                continue;
            var left = head.ValueOf(field);
            while (Next(ref left, out var option))
            {
                if (HttpFieldNames.Is(option, name))
                    return true;
            }
        }
        return false;
    }

    private static bool Next(ref ReadOnlySpan<byte> left, out ReadOnlySpan<byte> option)
    {
        while (left.Length > 0)
        {
            var comma = left.IndexOf((byte)',');
            option = (comma < 0 ? left : left[..comma]).Trim(" \t"u8);
            left = comma < 0 ? default : left[(comma + 1)..];
            if (option.Length > 0)
                return true;
        }
        option = default;
        return false;
    }
}
