using System.Text;

namespace K8sRecorder.Benchmarks.Http.Cases;

/// <summary>Words that stand where people's words would: the same for the same seed.</summary>
internal static class Prose
{
    private static readonly string[] Words =
        ("account address agent amount answer approve arrival balance bank booking branch cancel carrier change claim city contract country credit "
         + "customer date delay delivery deposit destination email error estimate exchange fare flight gate hotel identity invoice item journey key "
         + "limit list member message model name night number offer order payment person phone place plan price product question rate reason record "
         + "refund region request result room route seat service station status store street tax team ticket time total travel update upgrade user").Split(' ');

    public static string Word(Random random) => Words[random.Next(Words.Length)];

    public static string Text(Random random, int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
            text.Append(Word(random)).Append(' ');
        return text.ToString(0, length);
    }

    /// <summary>What an API key looks like: a secret to be masked.</summary>
    public static string Key(Random random) => new([.. Enumerable.Range(0, 48).Select(_ => "abcdefghijklmnopqrstuvwxyz0123456789"[random.Next(36)])]);
}
