using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// The way of an HTTP/2 exchange to its target and back. Both bodies stream through the exchange's taps, which hold a byte back until
/// the recording has taken it. What stands behind this may be replaced: nothing else in the sidecar knows who sends.
/// </summary>
internal interface IHttpOrigin
{
    /// <summary>Sends the request and brings the response; says whose fault it was if that did not work out. Does not throw for I/O.</summary>
    ValueTask<ExchangeResult> ForwardAsync(Http2Exchange exchange);
}
