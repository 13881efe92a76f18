namespace K8sRecorder.Masking;

/// <summary>A detector of the policy's own.</summary>
/// <param name="Name">Its name, as it stands in the marker: lower-case letters, digits, '-', '/'.</param>
/// <param name="Pattern">A .NET regular expression without look-around and back references, run without backtracking. It must have a literal of two bytes or more that every match holds, or start with '^'.</param>
/// <param name="MaxLength">Longest match in bytes, at most 16 KiB.</param>
public sealed record MaskingRule(string Name, string Pattern, int MaxLength);
