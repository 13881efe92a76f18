namespace K8sRecorder.Recording.Reading;

/// <summary>A content line's place in the plain bytes of its chunk.</summary>
/// <param name="Part">The part's number.</param>
/// <param name="Start">Where the inside of its JSON string starts.</param>
/// <param name="Length">The length of that, escaped or in base64.</param>
/// <param name="IsBase64">Whether it is base64.</param>
public readonly record struct ContentLine(long Part, int Start, int Length, bool IsBase64);
