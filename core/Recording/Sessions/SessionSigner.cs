using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Keys;

namespace K8sRecorder.Recording.Sessions;

/// <summary>Who signs a session's heads: its own key, or, where that is lost, the key of the session that recovers it.</summary>
/// <param name="Key">The key.</param>
/// <param name="By">The recovering session; default where the session signs itself.</param>
internal readonly record struct SessionSigner(SessionKey Key, SessionId By);
