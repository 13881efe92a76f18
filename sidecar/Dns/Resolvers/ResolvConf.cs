using System.Globalization;
using System.Net;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns.Resolvers;

/// <summary>Reads <c>resolv.conf</c> as the C library does; what it does not understand it leaves out.</summary>
internal static class ResolvConf
{
    // glibc: MAXNS, RES_MAXRETRANS, RES_MAXRETRY
    private const int MostServers = 3;
    private const int MostSeconds = 30;
    private const int MostAttempts = 5;
    private const int MostSearch = 32;
    private const int Port = 53;

    public static ResolverSettings Parse(string text)
    {
        var servers = new List<IPEndPoint>();
        var settings = new ResolverSettings();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || line[0] is '#' or ';')
                continue;
            switch (words[0])
            {
                case "nameserver" when servers.Count < MostServers && IPAddress.TryParse(words[1], out var address):
                    servers.Add(new IPEndPoint(address, Port));
                    break;
                case "search" or "domain":
                    settings = settings with { Search = NamesOf(words) };
                    break;
                case "options":
                    settings = WithOptions(settings, words);
                    break;
                default:
                    break;
            }
        }
        if (servers.Count == 0)
            servers.Add(new IPEndPoint(IPAddress.Loopback, Port)); // so says resolv.conf(5)
        return settings with { Servers = servers };
    }

    private static List<DnsName> NamesOf(string[] words)
    {
        var names = new List<DnsName>();
        foreach (var word in words.Skip(1).Take(MostSearch))
        {
            if (DnsName.TryParse(word, out var name))
                names.Add(name);
        }
        return names;
    }

    private static ResolverSettings WithOptions(ResolverSettings settings, string[] words)
    {
        foreach (var word in words)
        {
            if (NumberOf(word, "timeout:") is { } seconds)
                settings = settings with { Timeout = TimeSpan.FromSeconds(Math.Clamp(seconds, 1, MostSeconds)) };
            else if (NumberOf(word, "attempts:") is { } attempts)
                settings = settings with { Attempts = Math.Clamp(attempts, 1, MostAttempts) };
        }
        return settings;
    }

    private static int? NumberOf(string word, string option) =>
        word.StartsWith(option, StringComparison.Ordinal)
        && int.TryParse(word.AsSpan(option.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
