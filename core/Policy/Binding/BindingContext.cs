namespace K8sRecorder.Policy.Binding;

/// <summary>What binding one document collects: the fields that were written, and the problems.</summary>
internal sealed class BindingContext(ProblemList problems)
{
    public Dictionary<string, FieldMark> Fields { get; } = [];

    public void Mark(string path, int line, string? text) => Fields[path] = new FieldMark(line, text, IsReadable: true);

    public void Report(int line, string path, string message) => problems.Add(line, path, message);

    /// <summary>Reports a field and marks it, so that the validator does not complain about its absence too.</summary>
    public void Refuse(int line, string path, string message)
    {
        Fields[path] = new FieldMark(line, null, IsReadable: false);
        Report(line, path, message);
    }

    public bool IsRefused(string path) => Fields.TryGetValue(path, out var mark) && !mark.IsReadable;

    public int LineOf(string path, int otherwise) => Fields.TryGetValue(path, out var mark) ? mark.Line : otherwise;
}
