using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using K8sRecorder.Kube.Configuration;

namespace K8sRecorder.Kube.Credentials;

/// <summary>One run of a credential plugin, bounded in time and output.</summary>
internal static class ExecRun
{
    private const int MaxOutput = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>A person reads a code off a telephone.</summary>
    private static readonly TimeSpan PatienceWithPeople = TimeSpan.FromMinutes(10);

    /// <exception cref="CredentialException">It is not there, failed, took too long or printed too much.</exception>
    public static async Task<ReadOnlyMemory<byte>> OutputAsync(ExecPlugin plugin, TimeProvider time, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(plugin.Command);
        using var patience = new CancellationTokenSource(plugin.IsInteractive ? PatienceWithPeople : Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var process = Start(plugin, name);
        try
        {
            if (!plugin.IsInteractive)
                process.StandardInput.Close();
            // What it says of itself may quote a secret: read, so that it is not held up, and thrown away.
            var complaints = plugin.IsInteractive ? Task.CompletedTask : process.StandardError.BaseStream.CopyToAsync(Stream.Null, either.Token);
            var output = await ReadAsync(process.StandardOutput.BaseStream, name, either.Token);
            await complaints;
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0 ? output : throw new CredentialException($"the credential plugin {name} ended with exit code {process.ExitCode}");
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new CredentialException($"the credential plugin {name} took too long");
        }
        finally
        {
            Kill(process);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        var buffer = new MemoryStream();
        var piece = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(piece, cancellationToken)) > 0;)
        {
            if (buffer.Length + read > MaxOutput)
                throw new CredentialException($"the credential plugin {name} printed more than 1 MiB");
            buffer.Write(piece, 0, read);
        }
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static Process Start(ExecPlugin plugin, string name)
    {
        var path = Resolve(plugin) ?? throw NotThere(plugin, name, null);
        var start = new ProcessStartInfo(path)
        {
            RedirectStandardInput = !plugin.IsInteractive,
            RedirectStandardOutput = true,
            RedirectStandardError = !plugin.IsInteractive,
        };
        foreach (var argument in plugin.Arguments)
            start.ArgumentList.Add(argument);
        foreach (var (variable, value) in plugin.Environment)
            start.Environment[variable] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = Info(plugin);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception refused)
        {
            throw NotThere(plugin, name, refused);
        }
    }

    /// <summary>
    /// The program's full path. .NET looks beside itself and in the working folder before PATH, so that whoever can write into a folder we
    /// are started in could put a plugin there: PATH is searched here, and its relative entries are passed over.
    /// </summary>
    private static string? Resolve(ExecPlugin plugin)
    {
        if (Path.IsPathFullyQualified(plugin.Command))
            return plugin.Command;
        string[] endings = OperatingSystem.IsWindows() ? ["", ".exe", ".cmd", ".bat"] : [""];
        return (plugin.SearchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, plugin.Command + ending)))
            .FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path) => File.Exists(path)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);

    private static string Info(ExecPlugin plugin)
    {
        var spec = new JsonObject { ["interactive"] = plugin.IsInteractive };
        if (plugin.ClusterInfo is { } cluster)
            spec["cluster"] = JsonNode.Parse(cluster);
        return new JsonObject { ["kind"] = "ExecCredential", ["apiVersion"] = plugin.ApiVersion, ["spec"] = spec }.ToJsonString();
    }

    private static CredentialException NotThere(ExecPlugin plugin, string name, Exception? inner) =>
        new($"the credential plugin {name} cannot be started{(plugin.InstallHint is { } hint ? $"; {hint.ReplaceLineEndings(" ")}" : "")}", inner);

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            // It ended by itself meanwhile.
        }
    }
}
