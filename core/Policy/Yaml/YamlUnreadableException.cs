namespace K8sRecorder.Policy.Yaml;

/// <summary>Carries what cannot be read out of the recursion; never leaves <see cref="YamlReader"/>.</summary>
internal sealed class YamlUnreadableException(int line, string path, string message) : Exception(message)
{
    public int Line { get; } = line;

    public string Path { get; } = path;
}
