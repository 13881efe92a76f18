using System.Net;
using K8sRecorder.Sidecar.Dns;
using K8sRecorder.Sidecar.Tests.Dns;

namespace K8sRecorder.Integration.Dns;

/// <summary>A resolver, and the recorder's listener in front of it.</summary>
public sealed class DnsFixture : IAsyncLifetime
{
    private UnboundProcess? _resolver;
    private DnsRig? _rig;

    public IPEndPoint Resolver => _resolver?.Address ?? throw new InvalidOperationException("not started");

    public IPEndPoint Recorder => Rig.Address;

    internal AddressBook Book => Rig.Book;

    internal DnsRig Rig => _rig ?? throw new InvalidOperationException("not started");

    public async Task InitializeAsync()
    {
        _resolver = await UnboundProcess.StartAsync(
        [
            "test. SOA ns.test. host.test. 1 2 3 4 5", "a.test. 60 A 192.0.2.1", "a.test. 60 A 192.0.2.2", "a.test. AAAA 2001:db8::1",
            "alias.test. CNAME a.test.", "mail.test. MX 10 mx.test.", "_http._tcp.test. SRV 1 2 80 a.test.", "short.test. TXT \"a text\"",
            .. Enumerable.Range(0, 30).Select(i => $"large.test. TXT \"{i:00}{new string('x', 200)}\""),
            "plain.test. HTTPS 1 . alpn=h2 port=443", "covert.test. HTTPS 1 . alpn=h3,h2 ech=AEX+DQBBvwAgACA= ipv4hint=192.0.2.1",
            "odd.test. TYPE65280 \\# 3 010203", "here.test. A 127.0.0.1", "1.2.0.192.in-addr.arpa. PTR a.test.",
        ]);
        _rig = await DnsRig.StartAsync([_resolver.Address]);
    }

    public async Task DisposeAsync()
    {
        if (_rig is not null)
            await _rig.DisposeAsync();
        if (_resolver is not null)
            await _resolver.DisposeAsync();
    }
}
