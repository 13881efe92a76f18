using System.Net;
using System.Security.Cryptography;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// The way of a WebSocket that an agent opens over HTTP/2 (RFC 8441): the same request where the target takes it, else the handshake of HTTP/1.1
/// (RFC 6455 4) on a connection of its own, whose key and its answer are ours.
/// </summary>
internal static class WebSocketOrigin
{
    private static readonly byte[] KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8.ToArray();

    /// <summary>Opens it, and gives the exchange the target's end where it agreed. Does not throw for I/O.</summary>
    public static async ValueTask<ExchangeResult> ForwardAsync(Http2Exchange exchange)
    {
        var opened = await exchange.Target.TakesHttp2Async() ? await TryOverHttp2Async(exchange) : null;
        return opened ?? await OverHttp1Async(exchange);
    }

    /// <summary>Null where the target does not take it.</summary>
    private static async ValueTask<ExchangeResult?> TryOverHttp2Async(Http2Exchange exchange)
    {
        using var request = FaithfulTransformer.Opening(exchange, HttpMethod.Connect);
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.Protocol = "websocket";
        HttpResponseMessage? response = null;
        try
        {
            response = await exchange.Target.Client.SendAsync(request, exchange.Aborted);
            var stream = await response.Content.ReadAsStreamAsync(exchange.Aborted);
            if (response.StatusCode != HttpStatusCode.OK)
                return await PassAsync(exchange, response, stream);
            await exchange.AcceptAsync(response, new TargetSocket(response, stream, null));
            response = null;
            return ExchangeResult.Upgraded;
        }
        catch (HttpRequestException refused) when (refused.HttpRequestError is HttpRequestError.ExtendedConnectNotSupported or HttpRequestError.VersionNegotiationError)
        {
            return null;
        }
        catch (Exception failure) when (IsOfTheWay(failure))
        {
            return ResultOf(exchange, failure);
        }
        finally
        {
            response?.Dispose();
        }
    }

    private static async ValueTask<ExchangeResult> OverHttp1Async(Http2Exchange exchange)
    {
        var dialled = await DialAsync(exchange);
        if (dialled is null)
            return exchange.IsAborted ? ExchangeResult.ClientAborted : ExchangeResult.Unreachable;
        var own = new OwnConnection(dialled);
        HttpResponseMessage? response = null;
        var isTaken = false;
        try
        {
            var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            using var request = FaithfulTransformer.Opening(exchange, HttpMethod.Get);
            request.Version = HttpVersion.Version11;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
            request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
            request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", key);
            response = await own.Client.SendAsync(request, exchange.Aborted);
            var stream = await response.Content.ReadAsStreamAsync(exchange.Aborted);
            if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
                return await PassAsync(exchange, response, stream);
            if (!Agrees(response, key))
                return ExchangeResult.BadAnswer; // who checks that is whoever made the key
            response.StatusCode = HttpStatusCode.OK;
            await exchange.AcceptAsync(response, new TargetSocket(response, stream, own));
            isTaken = true;
            return ExchangeResult.Upgraded;
        }
        catch (Exception failure) when (IsOfTheWay(failure))
        {
            return ResultOf(exchange, failure);
        }
        finally
        {
            if (!isTaken)
            {
                response?.Dispose();
                own.Dispose();
            }
        }
    }

    private static async ValueTask<Wire?> DialAsync(Http2Exchange exchange)
    {
        try
        {
            return await exchange.Target.DialAsync(exchange.Aborted);
        }
        catch (Exception failure) when (IsOfTheWay(failure))
        {
            return null;
        }
    }

    /// <summary>The target did not agree: its answer is one like any other.</summary>
    private static async ValueTask<ExchangeResult> PassAsync(Http2Exchange exchange, HttpResponseMessage response, Stream body)
    {
        FaithfulTransformer.TakeHead(exchange, response);
        await exchange.StartResponseAsync();
        var buffer = new byte[16 << 10];
        while (true)
        {
            int read;
            try
            {
                var reading = body.ReadAsync(buffer, exchange.Aborted);
                if (!reading.IsCompleted)
                    await exchange.FlushResponseHeadAsync();
                read = await reading;
            }
            catch (Exception failure) when (IsOfTheWay(failure))
            {
                return ResultOf(exchange, failure);
            }
            if (read == 0)
                break;
            await exchange.ResponseTap.WriteAsync(buffer.AsMemory(0, read), exchange.Aborted);
            await exchange.ResponseTap.FlushAsync(exchange.Aborted);
        }
        FaithfulTransformer.TakeTrailers(exchange, response);
        return ExchangeResult.Completed;
    }

    private static bool Agrees(HttpResponseMessage response, string key)
    {
#pragma warning disable CA5350 // RFC 6455 4.2.2: it proves nothing but that the other side speaks the protocol
        var expected = Convert.ToBase64String(SHA1.HashData([.. System.Text.Encoding.ASCII.GetBytes(key), .. KeySuffix]));
#pragma warning restore CA5350
        var headers = response.Headers.NonValidated;
        return headers.TryGetValues("Upgrade", out var upgrade) && upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)
            && headers.TryGetValues("Sec-WebSocket-Accept", out var accept) && accept.ToString() == expected;
    }

    private static bool IsOfTheWay(Exception failure) => failure is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException;

    private static ExchangeResult ResultOf(Http2Exchange exchange, Exception failure)
    {
        exchange.OriginException = failure;
        return exchange.RecordingFailed ? ExchangeResult.NotRecorded
        : exchange.IsAborted ? ExchangeResult.ClientAborted
        : exchange.ResponseHasStarted || Http2Failure.Of(failure) is { IsOfConnection: false } ? ExchangeResult.TargetFailed
        : YarpOrigin.IsUnreachable(failure) ? ExchangeResult.Unreachable
        : ExchangeResult.BadAnswer;
    }
}
