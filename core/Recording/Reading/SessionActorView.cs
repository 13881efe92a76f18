namespace K8sRecorder.Recording.Reading;

/// <summary>Who the statement says is behind a session. Only a verified subject is called a user.</summary>
public sealed record SessionActorView(string Kind, string Subject, IReadOnlyList<string> Groups, string? Issuer, bool Verified);
