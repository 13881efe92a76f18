namespace K8sRecorder.Recording.Reading;

/// <summary>A session that has a prefix in the store.</summary>
/// <param name="Id">Its id.</param>
/// <param name="StartedAt">The time in its id.</param>
public readonly record struct SessionReference(string Id, DateTimeOffset StartedAt);
