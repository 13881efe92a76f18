using System.Net;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>What our resolver told the agent: the only thing that makes a name out of an address.</summary>
internal interface INames
{
    /// <summary>Whether it gave this address for this very name.</summary>
    bool Gave(string name, IPAddress address);

    /// <summary>The addresses that it gave for this name, the one given last first.</summary>
    IReadOnlyList<IPAddress> AddressesOf(string name);

    /// <summary>The names that it gave this address for, the one asked for last first.</summary>
    IReadOnlyList<string> NamesOf(IPAddress address);
}
