namespace K8sRecorder.Masking.Events;

/// <summary>A string of one event.</summary>
/// <param name="Lane">Stands for its path and the indexes around it: equal for strings of successive events that go on from one another.</param>
/// <param name="Start">Where its content starts in the line, after the quote.</param>
/// <param name="End">Where it ends.</param>
internal record struct EventString(ulong Lane, int Start, int End);
