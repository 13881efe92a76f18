namespace K8sRecorder.Dialects.Tools;

/// <summary>The member names that matter to <see cref="ToolScan"/>.</summary>
internal enum ToolKey
{
    Other, Name, ToolName, Type, Role, Method, Params, Id, NamedParent, ToolList, NameList,
}
