namespace K8sRecorder.Benchmarks.Http.Load;

/// <summary>
/// One peer's turn in a round: requests a second, the processor time that it took for one of them (what it did behind the answers
/// included), how long it worked on after the load had ended, and the most memory it was seen with.
/// </summary>
internal readonly record struct Turn(double PerSecond, double MicrosecondsEach, double Backlog, long ResidentBytes);
