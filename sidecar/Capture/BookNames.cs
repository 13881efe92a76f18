using System.Net;
using K8sRecorder.Sidecar.Dns;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>The names of the resolver's address book.</summary>
internal sealed class BookNames(AddressBook book) : INames
{
    public bool Gave(string name, IPAddress address) => DnsName.TryParse(name, out var asked) && book.Knows(asked, address);

    public IReadOnlyList<IPAddress> AddressesOf(string name) => DnsName.TryParse(name, out var asked) ? book.AddressesOf(asked) : [];

    public IReadOnlyList<string> NamesOf(IPAddress address) => [.. book.NamesOf(address).Select(name => name.Text)];
}
