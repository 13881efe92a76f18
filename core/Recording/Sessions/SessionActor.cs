namespace K8sRecorder.Recording.Sessions;

/// <summary>Who is behind a session, as far as is known.</summary>
/// <param name="Kind"><c>ServiceAccount</c>, <c>OIDC</c> or <c>Header</c>.</param>
/// <param name="Subject">The name.</param>
/// <param name="Verified">Whether somebody checked it; only a verified subject may be called a user.</param>
/// <param name="Issuer">Who vouches for it.</param>
/// <param name="Groups">Groups the issuer states.</param>
public sealed record SessionActor(string Kind, string Subject, bool Verified, string? Issuer = null, IReadOnlyList<string>? Groups = null);
