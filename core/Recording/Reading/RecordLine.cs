namespace K8sRecorder.Recording.Reading;

/// <summary>A record's place in the plain bytes of its chunk, and its first fields.</summary>
/// <param name="Start">Where the line starts.</param>
/// <param name="Length">Its length without the line feed.</param>
/// <param name="Seq">Its number.</param>
/// <param name="At">Its time.</param>
/// <param name="Channel">Its channel, or null on records of the session itself.</param>
/// <param name="KindAt">Where its kind stands.</param>
/// <param name="KindLength">The length of its kind.</param>
public readonly record struct RecordLine(int Start, int Length, long Seq, DateTimeOffset At, long? Channel, int KindAt, int KindLength);
