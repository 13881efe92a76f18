using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>One entry of a transcript: an HTTP exchange, or a record that stands for itself.</summary>
/// <param name="Record">The record that it begins with.</param>
/// <param name="Exchange">The exchange, where it is one.</param>
internal sealed record TranscriptItem(SessionRecord Record, Exchange? Exchange);
