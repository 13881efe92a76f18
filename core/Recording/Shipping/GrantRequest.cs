namespace K8sRecorder.Recording.Shipping;

/// <summary>A wish to write one object, once.</summary>
/// <param name="Key">Key in the store.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">SHA-256 of the bytes, lower-case hexadecimal.</param>
public readonly record struct GrantRequest(string Key, long Size, string Sha256);
