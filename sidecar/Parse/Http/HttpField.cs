namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>Where one field line stands in a head; offsets count from the head's first byte.</summary>
/// <param name="At">First byte of the line, which is that of the name.</param>
/// <param name="Length">The whole line with its CRLF.</param>
/// <param name="NameLength">The name.</param>
/// <param name="ValueAt">First byte of the value, without the white space around it.</param>
/// <param name="ValueLength">The value.</param>
/// <param name="Name">Which field it is, where that matters.</param>
internal readonly record struct HttpField(int At, int Length, int NameLength, int ValueAt, int ValueLength, HttpFieldName Name);
