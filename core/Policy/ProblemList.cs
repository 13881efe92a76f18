namespace K8sRecorder.Policy;

/// <summary>Collects problems of one file, at most <see cref="Most"/>, so that a hostile file does not fill a terminal.</summary>
internal sealed class ProblemList(string file)
{
    private const int Most = 100;
    private readonly List<PolicyProblem> _problems = [];
    private int _leftOut;

    public void Add(int line, string path, string message)
    {
        if (_problems.Count < Most)
            _problems.Add(new PolicyProblem(file, line, path, message));
        else
            _leftOut++;
    }

    /// <summary>All of them in the order of the file.</summary>
    public IReadOnlyList<PolicyProblem> InOrder()
    {
        var ordered = _problems.OrderBy(problem => problem.Line).ToList();
        if (_leftOut > 0)
            ordered.Add(new PolicyProblem(file, 0, "", $"and {_leftOut} more problems; mend these first"));
        return ordered;
    }
}
