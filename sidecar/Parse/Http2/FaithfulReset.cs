using Microsoft.AspNetCore.Http.Features;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>Resets the agent's stream with the code of the target's, where it is that which ended: the forwarder has one code for all ends.</summary>
internal sealed class FaithfulReset(Http2Exchange exchange) : IHttpResetFeature
{
    private IHttpResetFeature? _inner;

    public void Open(IHttpResetFeature? inner) => _inner = inner;

    public void Reset(int errorCode) =>
        _inner?.Reset(Http2Failure.Of(exchange.OriginException) is { IsOfConnection: false } failure ? (int)failure.Code : errorCode);
}
