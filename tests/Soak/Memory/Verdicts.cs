namespace K8sRecorder.Soak.Memory;

/// <summary>One line a check: what was seen, the mark it is held to, and the verdict.</summary>
internal sealed class Verdicts(TextWriter output)
{
    public int Failed { get; private set; }

    public void Say(string check, string figures, string mark, bool isGood)
    {
        output.WriteLine($"memory {check} {figures} mark: {mark} {(isGood ? "ok" : "FAIL")}");
        output.Flush();
        Failed += isGood ? 0 : 1;
    }

    public static string Megabytes(long bytes) => $"{bytes / 1048576.0:F1}MB";
}
