using K8sRecorder.Policy.Effective;

namespace K8sRecorder.Policy.Merge;

/// <summary>A conflict between policies.</summary>
/// <param name="Reason">What kind.</param>
/// <param name="IsBlocking">Whether there is no policy because of it. Else it was settled, as the message says.</param>
/// <param name="Sources">The policies that it is between.</param>
/// <param name="Message">What is wrong and what was done or must be done.</param>
public sealed record MergeProblem(MergeProblemReason Reason, bool IsBlocking, IReadOnlyList<PolicySource> Sources, string Message)
{
    /// <summary>One line for a person.</summary>
    public override string ToString() => $"{Reason}: {Message} ({string.Join(", ", Sources)})";
}
