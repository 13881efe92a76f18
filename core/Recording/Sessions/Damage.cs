using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Sessions;

/// <summary>What of a session's record files is not what was written. It may have been acknowledged, so the recording names it.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Bytes">Bytes given up.</param>
/// <param name="Records">Records in them, as far as they can still be counted.</param>
internal sealed record Damage(long At, long Bytes, long Records)
{
    /// <summary>The damage that begins with the frame that was read last: frames behind it are counted as long as one leads to the next.</summary>
    public static Damage Of(FrameReader frames)
    {
        var (at, records) = (frames.At, 0L);
        while (frames.Next > frames.At)
        {
            records += frames.Type == FrameType.Record ? 1 : 0;
            frames.Advance();
            frames.Read();
        }

        return new Damage(at, frames.Length - at, records);
    }
}
