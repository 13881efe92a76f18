namespace K8sRecorder.Benchmarks.Http;

/// <summary>The figures of this run are worth nothing: a request failed, a store did not verify, a server did not come up.</summary>
internal sealed class BenchmarkFailedException(string message) : Exception(message);
