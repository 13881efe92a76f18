using System.Globalization;
using K8sRecorder.Plugin.CommandLine;

namespace K8sRecorder.Plugin.Sessions;

/// <summary>How an exchange is named on the command line: <c>SESSION/SEQ</c> by any of its records, or <c>SESSION/chN</c> by its channel.</summary>
internal readonly record struct ExchangeName(string Session, long? Seq, long? Channel)
{
    private const string ChannelMark = "ch";

    public static ExchangeName Parse(string text)
    {
        var slash = text.LastIndexOf('/');
        var last = text[(slash + 1)..];
        var isChannel = last.StartsWith(ChannelMark, StringComparison.Ordinal);
        if (slash > 0 && long.TryParse(last.AsSpan(isChannel ? ChannelMark.Length : 0), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return new ExchangeName(text[..slash], isChannel ? null : number, isChannel ? number : null);
        throw new CommandException($"'{text}' does not name an exchange", "use SESSION/SEQ or SESSION/chN, as 'kubectl recorder list' shows them: latest/12");
    }
}
