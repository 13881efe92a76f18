namespace K8sRecorder.Sidecar.Guard;

/// <summary>What a request's head says.</summary>
/// <param name="Denial">Denied, whatever its body is.</param>
/// <param name="ToolRules">The rules that its body is to be searched by.</param>
internal readonly record struct HeadVerdict(GuardDenial? Denial, IReadOnlyList<HttpRule> ToolRules);
