using System.Buffers;
using K8sRecorder.Sidecar.Parse.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace K8sRecorder.Sidecar.Accept;

/// <summary>
/// Looks at a connection's first bytes without taking them, and tells Kestrel when they are the HTTP/2 preface: without TLS Kestrel
/// takes a listener with both versions for HTTP/1.1 only. Bounded: 24 bytes, and the time an idle connection has anyway.
/// </summary>
internal sealed class PrefaceSniffer(ConnectionDelegate next, HttpTarget target, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8; // RFC 9113 3.4

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        connection.Features.Set(target);
        switch (await SniffAsync(connection))
        {
            case null:
                return;
            case true:
                connection.Features.Set<ITlsConnectionFeature>(NegotiatedHttp2.Instance);
                connection.Features.Set<ITlsApplicationProtocolFeature>(NegotiatedHttp2.Instance);
                break;
        }
        await next(connection);
    }

    /// <summary>Whether it is the preface; null if nothing came.</summary>
    private async ValueTask<bool?> SniffAsync(ConnectionContext connection)
    {
        var closing = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, closing);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(either.Token);
                var buffer = read.Buffer;
                var seen = (int)Math.Min(buffer.Length, Preface.Length);
                var fits = Fits(buffer.Slice(0, seen), seen);
                var decided = !fits || seen == Preface.Length || read.IsCompleted;
                // consumed nothing; examined all only where more is wanted, so that Kestrel sees these bytes at once
                input.AdvanceTo(buffer.Start, decided ? buffer.Start : buffer.End);
                if (decided)
                    return seen == 0 ? null : fits && seen == Preface.Length;
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (IOException)
        {
            return null; // gone before it said anything
        }
    }

    private static bool Fits(ReadOnlySequence<byte> start, int length)
    {
        Span<byte> bytes = stackalloc byte[length];
        start.CopyTo(bytes);
        return bytes.SequenceEqual(Preface[..length]);
    }
}
