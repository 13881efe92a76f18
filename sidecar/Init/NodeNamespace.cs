namespace K8sRecorder.Sidecar.Init;

/// <summary>
/// Whether this is the node's own network namespace: by hand in the wrong place, or in a pod with hostNetwork. The rules would cut off the
/// node. Kernels before 6.18 tell only the first: an operator must look at hostNetwork itself.
/// </summary>
internal static class NodeNamespace
{
    // What the kernel's own namespaces are called for good (include/uapi/linux/nsfs.h); the one for the network since 6.18.
    private const string FirstNetwork = "net:[4026531833]";
    private const string FirstProcesses = "pid:[4026531836]";

    public static bool IsHere() => Is(Link("self/ns/net"), Link("self/ns/pid"), Link("1/ns/net"));

    /// <param name="network">The network namespace we are in, as its link in /proc reads.</param>
    /// <param name="processes">The process namespace we are in.</param>
    /// <param name="firstProcess">The network namespace of process 1; null where we may not know.</param>
    internal static bool Is(string? network, string? processes, string? firstProcess) =>
        network is not null && (network == FirstNetwork || processes == FirstProcesses && network == firstProcess);

    private static string? Link(string of)
    {
        try
        {
            return new FileInfo($"/proc/{of}").LinkTarget;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
