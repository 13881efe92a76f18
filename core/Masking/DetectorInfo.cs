namespace K8sRecorder.Masking;

/// <summary>What is known about a built-in detector.</summary>
/// <param name="Name">Its name, as it stands in the marker.</param>
/// <param name="Group">Its group: <c>ai</c>, <c>cloud</c>, <c>vcs</c>, …</param>
/// <param name="Title">What it finds, for people.</param>
/// <param name="EntropyBits">Lowest entropy of a secret of this kind; from 80 on it may be tagged.</param>
/// <param name="MaxLength">Longest secret found in one piece, in bytes. What goes on beyond is masked too, without a tag.</param>
/// <param name="OnByDefault">Whether <c>*</c> means it.</param>
public sealed record DetectorInfo(string Name, string Group, string Title, int EntropyBits, int MaxLength, bool OnByDefault);
