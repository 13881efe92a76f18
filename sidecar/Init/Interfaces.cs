using System.Net.NetworkInformation;

namespace K8sRecorder.Sidecar.Init;

/// <summary>The network interfaces of this namespace but lo.</summary>
internal static class Interfaces
{
    /// <summary>Their names, sorted: the same rules come out of every run.</summary>
    public static IReadOnlyList<string> Outward() =>
        [.. NetworkInterface.GetAllNetworkInterfaces().Select(one => one.Name).Where(name => name != "lo").Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The kernel takes nearly every character in a name; nft has no way to quote these.</summary>
    public static bool CanBeNamed(string name) => name.AsSpan().IndexOfAny('"', '\\') < 0 && !name.Any(char.IsControl);
}
