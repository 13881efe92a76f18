using System.Text;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>What the program says to whoever started it: problems on standard error, the one ready line on standard output.</summary>
internal static class Output
{
    public static void Problem(string text) => Write(Console.OpenStandardError(), text);

    public static void Line(string text) => Write(Console.OpenStandardOutput(), text);

    private static void Write(Stream to, string text)
    {
        using (to)
            to.Write(Encoding.UTF8.GetBytes(text + "\n"));
    }
}
