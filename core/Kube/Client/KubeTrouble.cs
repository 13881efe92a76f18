namespace K8sRecorder.Kube;

/// <summary>
/// Something went wrong in a loop that goes on by itself: told, so that the program can log and count it. <paramref name="Doing"/> says what
/// was being done; <paramref name="RetryIn"/> when it is tried again.
/// </summary>
public sealed record KubeTrouble(string Doing, Exception Exception, TimeSpan RetryIn);
