using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.WebSocket;

/// <summary>What the two ends agreed on for compressing messages (RFC 7692 7.1). Window sizes do not matter to who only inflates: the largest fits all.</summary>
/// <param name="AgentForgets">The agent begins anew with every message.</param>
/// <param name="TargetForgets">The target begins anew with every message.</param>
internal sealed record DeflateTerms(bool AgentForgets, bool TargetForgets)
{
    /// <summary>Reads them from the answer that accepts; null where messages are not compressed.</summary>
    public static DeflateTerms? Of(HttpHead answer)
    {
        DeflateTerms? terms = null;
        foreach (ref readonly var field in answer.Fields)
        {
            if (!HttpFieldNames.Is(answer.NameOf(field), "sec-websocket-extensions"u8))
                continue;
            var left = answer.ValueOf(field);
            while (left.Length > 0)
                terms ??= OfExtension(NextOf(ref left, (byte)','));
        }
        return terms;
    }

    private static DeflateTerms? OfExtension(ReadOnlySpan<byte> extension)
    {
        if (!HttpFieldNames.Is(NextOf(ref extension, (byte)';'), "permessage-deflate"u8))
            return null;
        bool agent = false, target = false;
        while (extension.Length > 0)
        {
            var parameter = NextOf(ref extension, (byte)';');
            agent |= HttpFieldNames.Is(parameter, "client_no_context_takeover"u8);
            target |= HttpFieldNames.Is(parameter, "server_no_context_takeover"u8);
        }
        return new DeflateTerms(agent, target);
    }

    private static ReadOnlySpan<byte> NextOf(ref ReadOnlySpan<byte> left, byte separator)
    {
        var end = left.IndexOf(separator);
        var item = end < 0 ? left : left[..end];
        left = end < 0 ? default : left[(end + 1)..];
        return item.Trim(" \t"u8);
    }
}
