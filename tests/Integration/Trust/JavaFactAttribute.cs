namespace K8sRecorder.Integration.Trust;

/// <summary>A fact about Java, of which there has to be a compiler (<c>make test</c> installs one where it may).</summary>
public sealed class JavaFactAttribute : FactAttribute
{
    public JavaFactAttribute() => Skip = IsThere() ? null : "no javac here, and nobody who may install it (eng/install.sh javac)";

    private static bool IsThere() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "javac")));
}
