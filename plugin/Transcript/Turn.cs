namespace K8sRecorder.Plugin.Transcript;

/// <summary>What of a model call was shown before.</summary>
/// <param name="Known">How many messages, from the first.</param>
/// <param name="Continues">The exchange that they were last shown with, where there are some.</param>
internal readonly record struct Turn(int Known, long? Continues);
