namespace K8sRecorder.Sidecar.Record;

/// <summary>How a stream of HTTP/2 ended before its end.</summary>
/// <param name="From">Who ended it: <c>agent</c>, <c>target</c> or <c>recorder</c>.</param>
/// <param name="Code">The name of the error (RFC 9113 7).</param>
/// <param name="IsOfConnection">Whether its connection ended with that.</param>
internal readonly record struct StreamReset(string From, string Code, bool IsOfConnection);
