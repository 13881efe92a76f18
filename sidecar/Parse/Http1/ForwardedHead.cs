using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>
/// A head on its way to the other side: its bytes as they came, but for what belongs to one connection. Where nothing does, nothing is
/// copied.
/// </summary>
internal static class ForwardedHead
{
    private static ReadOnlySpan<byte> CloseLine => "Connection: close\r\n"u8;

    /// <summary>Whether a request's head goes on as it came.</summary>
    /// <param name="request">The head.</param>
    /// <param name="options">What its Connection field says.</param>
    /// <param name="target">What it asks for.</param>
    /// <param name="host">The Host instead of its own; null: none.</param>
    /// <param name="upgrades">Whether it asks for a protocol that is carried: then the fields that do so go on too.</param>
    public static bool IsUnchanged(HttpHead request, in ConnectionOptions options, in RequestTarget target, byte[]? host, bool upgrades) =>
        host is null && target.IsOrigin
        && (upgrades || (options.IsPlain && !HasHopFields(request) && !(request.IsHttp10 && request.Has(HttpFieldName.Connection))));

    /// <summary>Whether a response's head goes on as it came.</summary>
    /// <param name="response">The head.</param>
    /// <param name="options">What its Connection field says.</param>
    /// <param name="closes">Whether our connection ends with it.</param>
    /// <param name="isProxied">Whether it was asked of a proxy of ours.</param>
    public static bool IsUnchanged(HttpHead response, in ConnectionOptions options, bool closes, bool isProxied) =>
        options.IsPlain && options.Close == closes && !HasHopFields(response) && !(isProxied && HasProxyFields(response));

    /// <summary>Most bytes that <see cref="WriteRequest"/> or <see cref="WriteResponse"/> make of a head.</summary>
    public static int SizeOf(HttpHead head, byte[]? host) => head.Length + CloseLine.Length + 8 + (host?.Length ?? 0);

    /// <summary>Writes a request's head, with the Host that the policy says.</summary>
    public static int WriteRequest(HttpHead head, in ConnectionOptions options, in RequestTarget target, byte[]? host, bool upgrades, bool isProxied, Span<byte> to)
    {
        var at = 0;
        if (target.IsOrigin)
            Put(head.Bytes[..head.StartLine.Length], to, ref at);
        else
        {
            Put(head.Method, to, ref at);
            Put(" "u8, to, ref at);
            // about the host and nothing behind it (RFC 9112 3.2.4)
            if (target.NeedsSlash)
                Put(target.At == head.Target.Length && head.Method.SequenceEqual("OPTIONS"u8) ? "*"u8 : "/"u8, to, ref at);
            Put(head.Target.Slice(target.At), to, ref at);
            Put(" "u8, to, ref at);
            Put(head.Version, to, ref at);
            Put("\r\n"u8, to, ref at);
        }
        if (host is not null && !head.Has(HttpFieldName.Host))
            PutHost("Host"u8, host, to, ref at);
        // HTTP/1.0: the connection is not used again, and closing is what it does unasked
        PutFields(head, options.Close && !head.IsHttp10 && !upgrades, host, upgrades, isProxied, to, ref at);
        return at;
    }

    /// <summary>Writes a response's head.</summary>
    public static int WriteResponse(HttpHead head, bool closes, bool isProxied, Span<byte> to)
    {
        var at = 0;
        Put(head.Bytes[..head.StartLine.Length], to, ref at);
        PutFields(head, closes, null, keeps: false, isProxied, to, ref at);
        return at;
    }

    private static bool HasHopFields(HttpHead head) =>
        head.Has(HttpFieldName.KeepAlive) || head.Has(HttpFieldName.ProxyConnection) || head.Has(HttpFieldName.Upgrade);

    private static bool HasProxyFields(HttpHead head)
    {
        foreach (ref readonly var field in head.Fields)
        {
            if (IsForProxy(head, field))
                return true;
        }
        return false;
    }

    /// <summary>What agent and proxy say to each other (RFC 9110 11.7), the agent's name and password among it.</summary>
    private static bool IsForProxy(HttpHead head, in HttpField field) =>
        head.NameOf(field) is { Length: > 6 } name && HttpFieldNames.Is(name[..6], "proxy-"u8);

    private static void PutFields(HttpHead head, bool closes, byte[]? host, bool keeps, bool isProxied, Span<byte> to, ref int at)
    {
        foreach (ref readonly var field in head.Fields)
        {
            if ((!keeps && ConnectionOptions.Ends(head, field)) || (isProxied && IsForProxy(head, field)))
                continue;
            if (field.Name == HttpFieldName.Host && host is not null)
                PutHost(head.NameOf(field), host, to, ref at);
            else
                Put(head.LineOf(field), to, ref at);
        }
        if (closes)
            Put(CloseLine, to, ref at);
        Put("\r\n"u8, to, ref at);
    }

    private static void PutHost(ReadOnlySpan<byte> name, ReadOnlySpan<byte> host, Span<byte> to, ref int at)
    {
        Put(name, to, ref at);
        Put(": "u8, to, ref at);
        Put(host, to, ref at);
        Put("\r\n"u8, to, ref at);
    }

    private static void Put(ReadOnlySpan<byte> bytes, Span<byte> to, ref int at)
    {
        bytes.CopyTo(to[at..]);
        at += bytes.Length;
    }
}
