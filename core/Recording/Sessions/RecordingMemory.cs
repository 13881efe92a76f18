using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Sessions;

/// <summary>Memory that sessions keep for their next use.</summary>
public static class RecordingMemory
{
    /// <summary>Forgets buffers that nobody uses now; the next chunk makes its own. Any thread.</summary>
    public static void Release() => LargeBuffers.Clear();
}
