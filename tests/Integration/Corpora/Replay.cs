using System.Threading.Channels;
using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Integration.Corpora;

/// <summary>
/// One recorded exchange on its second way through: what the server received, what the client received, and the line between the two
/// by which the server sends the next piece of a stream only when the client has all pieces before it.
/// </summary>
internal sealed class Replay(RecordedExchange exchange)
{
    /// <summary>The header by which the server knows which exchange is asked for.</summary>
    public const string IdHeader = "x-replay-id";

    private readonly Channel<int> _progress = Channel.CreateUnbounded<int>();

    public RecordedExchange Exchange { get; } = exchange;

    /// <summary>The pieces in which the response is sent.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Pieces { get; } = ResponsePieces.Of(exchange);

    public string? SeenTarget { get; set; }

    public List<KeyValuePair<string, string>> SeenHeaders { get; } = [];

    public byte[]? SeenBody { get; set; }

    public int? GotStatus { get; set; }

    public List<KeyValuePair<string, string>> GotHeaders { get; } = [];

    public byte[]? GotBody { get; set; }

    /// <summary>What went wrong on the way, or null.</summary>
    public string? Fault { get; set; }

    /// <summary>Told by the client with every read.</summary>
    public void Received(int bytes) => _progress.Writer.TryWrite(bytes);

    /// <summary>Waits until the client has that many bytes.</summary>
    public async Task UntilReceivedAsync(int bytes, CancellationToken cancellationToken)
    {
        var received = 0;
        while (received < bytes)
            received = await _progress.Reader.ReadAsync(cancellationToken);
    }

    public override string ToString() => Exchange.Id;
}
