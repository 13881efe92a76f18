using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace K8sRecorder.Sidecar.Init;

/// <summary>TCP of an agent: led to the recorder, refused without it, and answered by nobody in its place.</summary>
internal sealed class TcpChecks(Family family, uint agent, Persons persons)
{
    private const int NetworkMicroseconds = 50_000;

    /// <summary>Tries one port of an address where nobody is: 443, or 53 which goes to the DNS listener.</summary>
    public IEnumerable<Check> Try(string what, int port, int listening)
    {
        var name = $"{what}{family.Suffix}";
        var to = new IPEndPoint(family.Nobody, port);
        if (persons.CanAnswer)
        {
            var answered = Answered(name, to, listening);
            yield return answered;
            if (answered.Status == CheckStatus.Failed)
                yield break; // one reason is enough
        }
        yield return Refused($"{name}-down", to, listening);
        yield return Squatted($"{name}-squatted", to, listening);
    }

    private Check Answered(string name, IPEndPoint to, int listening)
    {
        using var listener = Listen(persons.Recorder, listening, out var taken);
        using var client = TriedConnection.To(agent, family, to);
        if (client.Attempt == Attempt.Absent)
            return Check.Ok(name, $"{to}: there is no route, nothing can leave");
        if (listener is null)
        {
            return client.Attempt is Attempt.Connected or Attempt.Refused
                ? Check.Ok(name, $"{to} was {Word(client.Attempt)} at once; port {listening} is in use, so it was not answered by this check")
                : Check.Failed(name, $"{to} was not led to port {listening} ({taken})");
        }
        if (client.Attempt != Attempt.Connected)
            return Check.Failed(name, $"{to} was {Word(client.Attempt)} instead of led to port {listening}");
        if (!listener.Poll(TriedConnection.Patience, SelectMode.SelectRead))
            return Check.Failed(name, $"{to} was answered, and not by us");
        using var accepted = ThreadUid.As(persons.Recorder, listener.Accept);
        // Not told by the source: where two connections would look the same behind the redirect, the kernel gives one another port.
        var sent = RandomNumberGenerator.GetBytes(16);
        var got = new byte[16];
        accepted.Send(sent);
        if (!client.Socket.Poll(TriedConnection.Patience, SelectMode.SelectRead) || client.Socket.Receive(got) != 16 || !got.SequenceEqual(sent))
            return Check.Failed(name, $"{to} was answered, and not by us");
        var original = family.OriginalDestinationOf(accepted);
        return Equals(original, to)
            ? Check.Ok(name, $"{to} is answered by port {listening} and nobody else, its original destination known")
            : Check.Failed(name, $"{to} arrived at port {listening} as meant for {original?.ToString() ?? "nobody"}");
    }

    private Check Refused(string name, IPEndPoint to, int listening)
    {
        using var client = TriedConnection.To(agent, family, to);
        return client.Attempt switch
        {
            Attempt.Refused => Check.Ok(name, $"{to} is refused at once while nobody listens on port {listening}"),
            Attempt.Absent => Check.Ok(name, $"{to}: there is no route, nothing can leave"),
            Attempt.Connected when InUse(listening) => Check.Skipped(name, $"port {listening} is in use"),
            _ => Check.Failed(name, $"{to} was {Word(client.Attempt)} while nobody listened on port {listening}"),
        };
    }

    private Check Squatted(string name, IPEndPoint to, int listening)
    {
        using var squatter = Listen(agent, listening, out var taken);
        if (squatter is null)
            return Check.Skipped(name, $"port {listening}: {taken}");
        // Where no answer could be tried, this tells our refusal from one by the network: it ends when somebody holds the port.
        using var client = TriedConnection.To(agent, family, to, persons.CanAnswer ? 0 : NetworkMicroseconds);
        if (client.Attempt == Attempt.Connected || squatter.Poll(0, SelectMode.SelectRead))
            return Check.Failed(name, $"{to} was answered by uid {agent} that held port {listening}");
        return client.Attempt == Attempt.Refused && !persons.CanAnswer
            ? Check.Failed(name, $"{to} was refused by somebody else than port {listening}")
            : Check.Ok(name, $"uid {agent} on port {listening} gets no connection");
    }

    private bool InUse(int port)
    {
        using var listener = Listen(agent, port, out _);
        return listener is null;
    }

    private Socket? Listen(uint uid, int port, out string? why)
    {
        why = null;
        try
        {
            var listener = ThreadUid.As(uid, () => new Socket(family.Kind, SocketType.Stream, ProtocolType.Tcp));
            try
            {
                listener.Bind(new IPEndPoint(family.Loopback, port));
                listener.Listen(4);
                return listener;
            }
            catch (SocketException)
            {
                listener.Dispose();
                throw;
            }
        }
        catch (SocketException error)
        {
            why = error.SocketErrorCode == SocketError.AddressAlreadyInUse ? "in use" : $"cannot be listened on: {error.Message}";
            return null;
        }
    }

    private static string Word(Attempt attempt) => attempt switch
    {
        Attempt.Connected => "answered",
        Attempt.Refused => "refused",
        _ => "left unanswered",
    };
}
