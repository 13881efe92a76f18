namespace K8sRecorder.Masking;

/// <summary>What a policy says about masking, and the key for tags.</summary>
public sealed class MaskingOptions
{
    /// <summary>Detectors by name, group or glob; <c>*</c> is every detector that is on by default.</summary>
    public IReadOnlyList<string> Include { get; init; } = ["*"];

    /// <summary>Detectors left out, by name, group or glob.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>The policy's own detectors.</summary>
    public IReadOnlyList<MaskingRule> Rules { get; init; } = [];

    /// <summary>Headers masked whole, beside those that always are.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Values of JSON documents masked whole: <c>$.user.ssn</c>, <c>$.users[*].ssn</c>.</summary>
    public IReadOnlyList<string> JsonPaths { get; init; } = [];

    /// <summary>Guessable kinds (below 80 bits) that get a tag all the same, by name, group or glob.</summary>
    public IReadOnlyList<string> TagGuessable { get; init; } = [];

    /// <summary>32 bytes of key for tags. Without it no tags are made.</summary>
    public byte[]? TagKey { get; init; }

    /// <summary>Which key that is. Not used by the engine; kept beside the key so that both travel together.</summary>
    public string? TagKeyId { get; init; }
}
