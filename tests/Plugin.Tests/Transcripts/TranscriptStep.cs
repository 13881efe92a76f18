namespace K8sRecorder.Plugin.Tests.Transcripts;

/// <summary>One command of a transcript and what it must say.</summary>
internal sealed record TranscriptStep(string Command, int ExitCode, string Out, string Error);
