using System.Text;
using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http.Cases;

/// <summary>One kind of traffic: the requests as bytes, and what the upstream answers them with.</summary>
internal abstract class BenchCase(string name)
{
    /// <summary>Stands in a request where a number of its own goes, so that no two are alike.</summary>
    public const string Serial = "SERIAL__________";

    public string Name => name;

    /// <summary>What the load sends in turn, HTTP/1.1 with everything to the last byte.</summary>
    public abstract IReadOnlyList<byte[]> Requests { get; }

    /// <summary>The body that answers the request of that number, where it is the same each time.</summary>
    public virtual byte[]? AnswerTo(int request) => null;

    /// <summary>The part of nginx's configuration that answers; its files go into the folder.</summary>
    public abstract string Locations(TemporaryFolder folder);

    public static BenchCase Named(string name) => name switch
    {
        "get" => new GetCase(),
        "post" => new PostCase(),
        "sse" => new SseCase(),
        "model" => new ModelCase(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such case"),
    };

    protected static byte[] Request(string startLine, IEnumerable<string> headers, byte[] body)
    {
        var head = string.Concat(headers.Prepend("Host: api.example.internal").Prepend(startLine).Select(line => $"{line}\r\n"));
        return [.. Encoding.Latin1.GetBytes($"{head}\r\n"), .. body];
    }
}
