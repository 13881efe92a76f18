namespace K8sRecorder.Recording.Reading;

/// <summary>Where a record refers to parts that were stored before: <c>n</c> or <c>"a-b"</c>.</summary>
/// <param name="Parts">Which.</param>
/// <param name="Record">The index of the record in its chunk.</param>
/// <param name="Definitions">How many definitions of the chunk stand before it.</param>
public readonly record struct PartReference(PartRange Parts, int Record, int Definitions);
