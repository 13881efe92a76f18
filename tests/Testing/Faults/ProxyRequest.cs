namespace K8sRecorder.Testing.Faults;

/// <summary>A request that a <see cref="FaultProxy"/> saw.</summary>
/// <param name="Method">PUT, GET, HEAD…</param>
/// <param name="Path">Path without the query.</param>
/// <param name="Fault">What was done to it.</param>
public sealed record ProxyRequest(string Method, string Path, ProxyFault Fault);
