namespace K8sRecorder.Integration.Dns;

/// <summary>A test that needs a mount namespace of its own, and so root: skipped, and told so, where it is not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
            Skip = "needs root: a mount namespace with a resolv.conf of its own";
    }
}
