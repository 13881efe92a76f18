using System.Globalization;
using System.Text;

namespace K8sRecorder.Sidecar.Init;

/// <summary>
/// The rules as nft reads them. One transaction: the tables are taken away and made anew, so that a second run changes nothing and no packet
/// ever meets half of them. Why each rule is there stands beside it, in the text that is loaded.
/// </summary>
internal static class RedirectRules
{
    /// <summary>Set on a connection that somebody else than the recorder tried to answer on one of its ports.</summary>
    public const uint SquattedMark = 0x5ec0de;

    // Nobody's uid: a packet that no process's socket sent has none at all, and no comparison holds for it.
    private const string NoUid = "4294967295";

    private const string EgressRemoval = """
        table netdev recorder {
        }
        delete table netdev recorder

        """;

    /// <summary>The table of the address families: what the network stack sends and takes.</summary>
    public static string Inet(InitOptions options)
    {
        var uid = Text(options.Uid);
        var redirected = $"{Text(options.TcpPort)}, {Text(options.InboundPort)}, {Text(options.DnsPort)}";
        var own = string.Join(", ", options.OwnPorts.Select(port => Text(port)));
        var answered = own.Length > 0 ? $"{redirected}, {own}" : redirected;
        return Choose(options, $$"""
            table inet recorder {
            }
            delete table inet recorder
            table inet recorder {
              counter refused {
              }
              counter squatted {
              }
              counter inbound {
              }
              counter inbound_refused {
              }
              [pass] counter inbound_answers {
              [pass] }

              # Before any mesh (-100): nat is decided once for a connection.
              chain nat_output {
                type nat hook output priority -101; policy accept;
                meta skuid {{uid}} return
                oifname "lo" return
                # From or to a link-local address nothing can be led to ::1; it is refused below instead of being lost.
                ip6 saddr fe80::/10 return
                ip6 daddr fe80::/10 return
                meta l4proto { tcp, udp } th dport 53 redirect to :{{Text(options.DnsPort)}}
                meta l4proto tcp redirect to :{{Text(options.TcpPort)}}
              }

              [record] chain nat_prerouting {
              [record]   type nat hook prerouting priority -101; policy accept;
              [record]   iifname "lo" return
              [record]   tcp dport { {{answered}} } return
              [record]   fib daddr type local meta l4proto tcp counter name inbound redirect to :{{Text(options.InboundPort)}}
              [record] }
              [record]
              # A frame put on lo by a packet socket arrives as if from outside: the kernel would answer it, or hand it on.
              # Only answers of redirected connections come there from addresses that are not ours.
              chain prerouting {
                type filter hook prerouting priority -149; policy accept;
                iifname != "lo" return
                ct direction reply ct status dnat return
                # The reset that the kernel makes below for a refused link-local connection.
                ip6 saddr fe80::/10 tcp flags & rst == rst return
                ip6 daddr fe80::/10 tcp flags & rst == rst return
                fib saddr type != local drop
              }

              # Pods inherit ip_forward from their node. There is nothing to forward here.
              chain forward {
                type filter hook forward priority 0; policy drop;
              }

              chain input {
                type filter hook input priority 0; policy drop;
                iifname "lo" accept
                ct mark {{Hex(SquattedMark)}} meta l4proto tcp ct mark set 0 reject with tcp reset
                ct state established,related accept
                [own] tcp dport { {{own}} } accept
                [record] meta l4proto tcp ct status dnat accept
                tcp dport { {{redirected}} } reject with tcp reset
                [pass] meta l4proto tcp counter name inbound accept
                icmp type echo-request accept
                icmpv6 type { echo-request, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, nd-redirect, mld-listener-query } accept
                meta pkttype != host drop
                counter name inbound_refused
                meta l4proto tcp reject with tcp reset
                reject with icmpx type admin-prohibited
              }

              chain output {
                type filter hook output priority 0; policy drop;
                tcp sport { {{answered}} } goto answer
                udp sport {{Text(options.DnsPort)}} goto answer
                meta skuid {{uid}} accept
                ct mark {{Hex(SquattedMark)}} meta l4proto tcp ct mark set 0 reject with tcp reset
                # Redirected. The hook still sees the interface that the packet was meant for.
                ct status dnat ip daddr 127.0.0.0/8 accept
                ct status dnat ip6 daddr ::1 accept
                # Straight to the recorder's ports, with no original destination.
                oifname "lo" tcp dport { {{redirected}} } goto refuse
                oifname "lo" udp dport {{Text(options.DnsPort)}} goto refuse
                oifname "lo" accept
                [pass] meta l4proto tcp ct direction reply ct state established counter name inbound_answers accept
                # A process, whatever it sends: other UDP, ICMP, raw sockets, forged segments of somebody else's connection.
                meta skuid != {{NoUid}} goto refuse
                # The kernel itself: the rest of connections whose socket is closed already, errors, neighbours.
                ct state established,related accept
                icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept
                # MLDv2, of one group, and that one of a neighbour's solicitation: others carry 112 bits that the agent chose.
                icmpv6 type mld2-listener-report @th,48,32 0x00010400 @th,80,120 0xff0200000000000000000001ff accept
                goto refuse
              }

              # From one of the recorder's ports only the recorder speaks. Who holds one in its place gets no connection and answers nobody;
              # the client's next try is refused.
              chain answer {
                meta skuid {{uid}} accept
                meta skuid != {{NoUid}} counter name squatted ct mark set {{Hex(SquattedMark)}} drop
                tcp flags & rst == rst accept
                # A SYN cookie has no socket that tells whose it is.
                tcp flags & (syn | ack) == syn | ack drop
                ct state established accept
              }

              chain refuse {
                counter name refused
                meta l4proto tcp reject with tcp reset
                reject with icmpx type admin-prohibited
              }
            }

            """);
    }

    /// <summary>
    /// The table of the interfaces, where frames of packet sockets pass, which no hook above sees. Such a frame has the uid of who opened
    /// the socket. Without an interface: what takes the table away.
    /// </summary>
    public static string Egress(InitOptions options, IReadOnlyList<string> interfaces) => interfaces.Count == 0
        ? EgressRemoval
        : Choose(options, $$"""
            {{EgressRemoval}}table netdev recorder {
              counter injected {
              }
              chain egress {
                type filter hook egress devices = { {{string.Join(", ", interfaces.Select(name => $"\"{name}\""))}} } priority 0; policy accept;
                meta skuid {{Text(options.Uid)}} accept
                # Where connections from outside pass, agents answer them by themselves. What came through the network stack has a route.
                [pass] meta rtclassid != {{NoUid}} accept
                # Every other socket of a process. ARP and the like are the kernel's, without one.
                meta skuid != {{NoUid}} counter name injected drop
              }
            }

            """);

    // Lines that begin with [record], [pass] or [own] stand only where that is so.
    private static string Choose(InitOptions options, string template)
    {
        var text = new StringBuilder(template.Length);
        foreach (var line in template.Split('\n'))
        {
            var content = line.TrimStart();
            var end = content.StartsWith('[') ? content.IndexOf(']', StringComparison.Ordinal) : -1;
            var stands = end < 0 || content[1..end] switch
            {
                "record" => options.RecordInbound,
                "pass" => !options.RecordInbound,
                _ => options.OwnPorts.Count > 0,
            };
            if (!stands)
                continue;
            if (end < 0)
                text.Append(line);
            else if (end + 2 < content.Length)
                text.Append(line.AsSpan(0, line.Length - content.Length)).Append(content.AsSpan(end + 2));
            text.Append('\n');
        }
        text.Length--; // the last line's end was split into a line of its own
        return text.ToString();
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Hex(uint mark) => $"0x{mark:x8}";
}
