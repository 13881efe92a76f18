using System.Globalization;

namespace K8sRecorder.Operator.Injection;

/// <summary>By which variables an agent is asked to come, in <c>capture.mode: Proxy</c> (docs/interception.md).</summary>
internal static class ProxyVariables
{
    private static readonly string Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{RecorderNames.ProxyPort}");

    /// <summary>Both cases of each: curl reads <c>http_proxy</c> only so. What NO_PROXY names is not recorded, so it names this pod alone.</summary>
    public static IReadOnlyList<(string Name, string Value)> All { get; } =
    [
        .. new[] { "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy" }.Select(name => (name, Address)),
        ("NO_PROXY", "localhost,127.0.0.1,::1"), ("no_proxy", "localhost,127.0.0.1,::1"),
        ("NODE_USE_ENV_PROXY", "1"),
    ];

    public static string Java { get; } = string.Create(CultureInfo.InvariantCulture,
        $"-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort={RecorderNames.ProxyPort} -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort={RecorderNames.ProxyPort} -Dhttp.nonProxyHosts=localhost|127.*|[::1]");
}
