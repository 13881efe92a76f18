namespace K8sRecorder.Kube.Configuration;

/// <summary>One thing that is wrong with a configuration: the file or variable, the field, and what to do.</summary>
public sealed record KubeConfigProblem(string Source, string Field, string Message)
{
    public override string ToString() => Field is "" ? $"{Source}: {Message}" : $"{Source}: {Field}: {Message}";
}
