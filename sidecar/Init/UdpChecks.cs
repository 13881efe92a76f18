using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace K8sRecorder.Sidecar.Init;

/// <summary>UDP of an agent: DNS is led to the recorder, everything else refused while it is sent.</summary>
internal sealed class UdpChecks(Family family, uint agent, Persons persons)
{
    public Check Refused(string name, int port)
    {
        var to = new IPEndPoint(family.Nobody, port);
        try
        {
            using var socket = Open(agent);
            socket.SendTo([1], to);
            return Check.Failed(name, $"a datagram to {to} was sent");
        }
        catch (SocketException error)
        {
            return Check.Ok(name, Family.IsAbsent(error.SocketErrorCode) ? $"{to}: there is no route, nothing can leave" : $"a datagram to {to} is refused at once");
        }
    }

    public Check Dns(string name, int listening)
    {
        var to = new IPEndPoint(family.Nobody, 53);
        var own = persons.CanAnswer ? persons.Recorder : agent;
        try
        {
            using var resolver = Open(own);
            resolver.Bind(new IPEndPoint(family.Loopback, listening));
            using var client = Open(agent);
            var question = RandomNumberGenerator.GetBytes(16);
            client.SendTo(question, to);
            EndPoint from = new IPEndPoint(family.Loopback, 0);
            var got = new byte[32];
            if (!resolver.Poll(TriedConnection.Patience, SelectMode.SelectRead) || !got.AsSpan(0, resolver.ReceiveFrom(got, ref from)).SequenceEqual(question))
                return Check.Failed(name, $"a datagram to {to} did not arrive at port {listening}");
            if (!persons.CanAnswer)
                return Check.Ok(name, $"a datagram to {to} arrives at port {listening}; the answer was not tried, it takes the recorder's uid");
            resolver.SendTo(question, from);
            return client.Poll(TriedConnection.Patience, SelectMode.SelectRead) && client.ReceiveFrom(got, ref from) == question.Length && from.Equals(to)
                ? Check.Ok(name, $"a datagram to {to} is answered by port {listening}, in that name")
                : Check.Failed(name, $"the answer of port {listening} did not come back as {to}'s");
        }
        catch (SocketException error) when (Family.IsAbsent(error.SocketErrorCode))
        {
            return Check.Ok(name, $"{to}: there is no route, nothing can leave");
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return Check.Skipped(name, $"port {listening}: in use");
        }
        catch (SocketException error)
        {
            return Check.Failed(name, $"{to}: {error.Message}");
        }
    }

    private Socket Open(uint uid) => ThreadUid.As(uid, () => new Socket(family.Kind, SocketType.Dgram, ProtocolType.Udp));
}
