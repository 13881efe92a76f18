using System.Diagnostics;
using System.Text;

namespace K8sRecorder.Soak.SidecarKill;

/// <summary>One process of the sidecar, from its start to its end; all that it prints goes into the folder's log.</summary>
internal sealed class SidecarLife : IDisposable
{
    public const int Killed = 128 + 9;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly string _log;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SidecarLife(Process process, string log)
    {
        (_process, _log) = (process, log);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int ExitCode => _process.ExitCode;

    public bool HasEnded => _process.HasExited;

    /// <summary>Completes when it says that it is ready.</summary>
    public Task Ready => _ready.Task;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static SidecarLife Start(string executable, SidecarFolder folder)
    {
        var start = folder.Ground.Sidecar(
            executable, ["--policy", folder.Policy, "--store", $"file://{folder.Store}", "--spool", folder.Spool, "--keys", folder.Keys, "--tag-key", folder.TagKey]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return new SidecarLife(Process.Start(start) ?? throw new InvalidOperationException("the sidecar did not start"), folder.Log);
    }

    /// <summary>SIGKILL, and waits for the end.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await EndAsync();
    }

    /// <summary>SIGTERM; does not wait.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Whether it ended within the time.</summary>
    public async Task<bool> EndsWithinAsync(TimeSpan patience)
    {
        using var timeout = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public async Task EndAsync()
    {
        await _process.WaitForExitAsync();
        await File.AppendAllTextAsync(_log, $"{Output}ended with {_process.ExitCode}\n");
    }

    public void Dispose() => _process.Dispose();

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.Append(line).Append('\n');
        if (line.StartsWith("k8srecorder-sidecar: ready ", StringComparison.Ordinal))
            _ready.TrySetResult();
    }
}
