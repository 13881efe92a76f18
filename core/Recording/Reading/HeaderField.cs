namespace K8sRecorder.Recording.Reading;

/// <summary>One header line: name and value as received, the value masked where it was. Bytes that are not UTF-8 are U+FFFD here; the exact ones are in the content.</summary>
public readonly record struct HeaderField(string Name, string Value);
