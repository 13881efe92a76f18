namespace K8sRecorder.Kube;

/// <summary>What a watch tells of an object. Errors are thrown.</summary>
public enum WatchEventType
{
    Added,
    Modified,
    Deleted,

    /// <summary>No object, only how far the watch is.</summary>
    Bookmark,
}
