namespace K8sRecorder.Policy;

/// <summary>Where a field was written, and what as.</summary>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="Text">The value as written, null for an object or a list.</param>
/// <param name="IsReadable">False where the value was of the wrong type and was read as absent.</param>
public readonly record struct FieldMark(int Line, string? Text, bool IsReadable);
