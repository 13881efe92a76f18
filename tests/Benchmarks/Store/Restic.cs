using System.Diagnostics;
using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Store;

/// <summary>The peer: restic deduplicates by content-defined chunks and compresses with zstd.</summary>
internal static class Restic
{
    /// <summary>
    /// The files of a repository that holds the same bodies, one file a body, in bytes. <paramref name="turnsPerBackup"/> is how many turns
    /// of a conversation one backup takes in; 0: all there is at once.
    /// </summary>
    public static long StoredBytes(IReadOnlyList<Conversation> conversations, int turnsPerBackup)
    {
        using var folder = new TemporaryFolder();
        var repository = folder["repository"];
        Run(folder, "init", "-r", repository);
        if (turnsPerBackup == 0)
        {
            foreach (var conversation in conversations)
                Write(folder, conversation, 0, conversation.Calls.Count);
            Run(folder, "-r", repository, "backup", folder["bodies"]);
        }
        else
        {
            foreach (var conversation in conversations)
            {
                for (var turn = 0; turn < conversation.Calls.Count; turn += turnsPerBackup)
                {
                    Write(folder, conversation, turn, Math.Min(turn + turnsPerBackup, conversation.Calls.Count));
                    Run(folder, "-r", repository, "backup", folder[$"bodies/{conversation.Name}"]);
                }
            }
        }
        return Directory.EnumerateFiles(repository, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
    }

    public static string Version() => Run(null, "version").Trim();

    private static void Write(TemporaryFolder folder, Conversation conversation, int from, int until)
    {
        var bodies = folder[$"bodies/{conversation.Name}"];
        Directory.CreateDirectory(bodies);
        for (var turn = from; turn < until; turn++)
        {
            File.WriteAllBytes(Path.Combine(bodies, $"{turn:D3}-request"), conversation.Calls[turn].Request);
            File.WriteAllBytes(Path.Combine(bodies, $"{turn:D3}-response"), conversation.Calls[turn].Response);
        }
    }

    private static string Run(TemporaryFolder? folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("restic", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RESTIC_PASSWORD"] = "benchmark";
        start.Environment["RESTIC_CACHE_DIR"] = folder?["cache"] ?? Path.GetTempPath();
        using var process = Process.Start(start) ?? throw new InvalidOperationException("restic did not start");
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"restic {arguments[0]}: {error.Result}");
    }
}
