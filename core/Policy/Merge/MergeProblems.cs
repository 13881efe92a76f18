using K8sRecorder.Policy.Effective;

namespace K8sRecorder.Policy.Merge;

/// <summary>Collects the problems of one merge.</summary>
internal sealed class MergeProblems
{
    private const int Most = 32;
    private readonly List<MergeProblem> _problems = [];

    public IReadOnlyList<MergeProblem> All => _problems;

    public bool IsBlocked { get; private set; }

    public void Add(MergeProblemReason reason, bool isBlocking, IReadOnlyList<PolicySource> sources, string message)
    {
        IsBlocked |= isBlocking;
        if (_problems.Count < Most)
            _problems.Add(new MergeProblem(reason, isBlocking, sources, message));
    }
}
