namespace K8sRecorder.Dialects.Exchanges;

/// <summary>One part of a message or of an answer.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Text, reasoning, arguments of a call (JSON as sent), result of a tool; empty for images and files.</param>
/// <param name="Name">The tool's name, the media type of an image or file, or the type of something else.</param>
/// <param name="CallId">What ties a tool's result to its call.</param>
public sealed record ModelPart(ModelPartKind Kind, string Text, string? Name = null, string? CallId = null);
