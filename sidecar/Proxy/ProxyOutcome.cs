using K8sRecorder.Policy.Effective;
using K8sRecorder.Sidecar.Capture;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Proxy;

/// <summary>What came of asking the proxy for a host: the way there, dialled, or why there is none.</summary>
/// <param name="Passage">The way, with its connection; null where there is none.</param>
/// <param name="Target">Whose it is; null: nobody's, or nobody knows.</param>
/// <param name="Reason">Why there is no way.</param>
/// <param name="Answer">The same in words for the agent; null where there is one.</param>
internal readonly record struct ProxyOutcome(Passage? Passage, EffectiveTarget? Target, RefusalReason Reason, RecorderAnswer? Answer)
{
    public static ProxyOutcome Refused(RefusalReason reason, RecorderAnswer answer, EffectiveTarget? target = null) => new(null, target, reason, answer);
}
