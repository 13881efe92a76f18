namespace K8sRecorder.Sidecar.Init;

/// <summary>
/// Tries the rules from inside, with sockets of an agent's uid and of the recorder's, on one thread and without waiting for anybody outside.
/// Nothing is sent to the network unless the rules do not hold; then it goes to addresses where nobody is.
/// </summary>
internal static class Verification
{
    /// <summary>Everything that can be tried here; empty where we can be nobody but the recorder.</summary>
    public static IReadOnlyList<Check> Run(InitOptions options, IReadOnlyList<string> guardedInterfaces)
    {
        var persons = Persons.Here(options.Uid);
        if (persons.Agent is not { } agent)
            return [];
        var checks = new List<Check>();
        if (!persons.CanAnswer)
            checks.Add(Check.Skipped("answer", $"whether port {options.TcpPort} is answered takes CAP_SETUID or uid {options.Uid} to try"));
        foreach (var family in (Family[])[Family.V4, Family.V6])
        {
            var tcp = new TcpChecks(family, agent, persons);
            var udp = new UdpChecks(family, agent, persons);
            checks.AddRange(tcp.Try("tcp", 443, options.TcpPort));
            checks.AddRange(tcp.Try("dns-tcp", 53, options.DnsPort));
            checks.Add(udp.Dns($"dns-udp{family.Suffix}", options.DnsPort));
            checks.Add(udp.Refused($"quic{family.Suffix}", 443));
            checks.Add(udp.Refused($"udp{family.Suffix}", 4242));
        }
        checks.Add(RawChecks.Icmp(agent));
        checks.AddRange(guardedInterfaces.Select(name => RawChecks.Packet(agent, name)));
        return checks;
    }
}
