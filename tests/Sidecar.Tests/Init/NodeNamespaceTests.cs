using K8sRecorder.Sidecar.Init;

namespace K8sRecorder.Sidecar.Tests.Init;

/// <summary>The one network namespace in which the rules would cut off everybody.</summary>
public sealed class NodeNamespaceTests
{
    [Theory]
    [InlineData("net:[4026531833]", "pid:[4026532600]", "net:[4026531833]", true)] // a pod with hostNetwork, 6.18
    [InlineData("net:[4026531840]", "pid:[4026531836]", "net:[4026531840]", true)] // by hand on a node, before
    [InlineData("net:[4026532177]", "pid:[4026531836]", "net:[4026531840]", false)] // ip netns exec on a node
    [InlineData("net:[4026532177]", "pid:[4026532600]", "net:[4026532177]", false)] // a pod
    [InlineData("net:[4026532177]", "pid:[4026531836]", null, false)]
    [InlineData(null, null, null, false)]
    public void Node_is_told_from_a_pod(string? network, string? processes, string? firstProcess, bool isNode) =>
        Assert.Equal(isNode, NodeNamespace.Is(network, processes, firstProcess));
}
