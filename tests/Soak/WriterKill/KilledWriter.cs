using System.Diagnostics;
using System.Globalization;

namespace K8sRecorder.Soak.WriterKill;

/// <summary>A <see cref="WriterProcess"/> seen from the parent: what it acknowledged before its end.</summary>
internal sealed class KilledWriter : IDisposable
{
    private readonly Process _process;
    private readonly Task<List<string>> _acknowledged;
    private readonly Task<string> _errors;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private KilledWriter(Process process)
    {
        _process = process;
        _acknowledged = ReadAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int ExitCode => _process.ExitCode;

    public static KilledWriter Start(string folder, int seed, bool finish, int dieAt = -1, int dieAtPassing = 1)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The same program again; under `dotnet soak.dll` the first argument is the program.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(KilledWriter).Assembly.Location);
        foreach (var argument in new[] { WriterProcess.Verb, "--folder", folder, "--seed", seed.ToString(CultureInfo.InvariantCulture) })
            start.ArgumentList.Add(argument);
        if (finish)
            start.ArgumentList.Add("--finish");
        if (dieAt >= 0)
        {
            start.ArgumentList.Add("--die-at");
            start.ArgumentList.Add(dieAt.ToString(CultureInfo.InvariantCulture));
            start.ArgumentList.Add("--die-at-passing");
            start.ArgumentList.Add(dieAtPassing.ToString(CultureInfo.InvariantCulture));
        }
        // Start-up is most of a short life: less of it, more kills.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new KilledWriter(Process.Start(start) ?? throw new InvalidOperationException("the writer did not start"));
    }

    /// <summary>Completes when it has recovered and begins to write, or has ended.</summary>
    public Task ReadyAsync() => Task.WhenAny(_ready.Task, _acknowledged);

    /// <summary>Completes when it has acknowledged something, or has ended.</summary>
    public Task AcknowledgedAsync() => Task.WhenAny(_first.Task, _acknowledged);

    /// <summary>SIGKILL; what it acknowledged.</summary>
    public async Task<List<string>> KillAsync()
    {
        _process.Kill();
        return await EndAsync();
    }

    /// <summary>Waits for a writer that kills itself; false: it did not come to that point in time.</summary>
    public async Task<bool> DiedAsync(TimeSpan patience)
    {
        await Task.WhenAny(_acknowledged, Task.Delay(patience));
        return _acknowledged.IsCompleted;
    }

    public async Task<List<string>> EndAsync()
    {
        await _process.WaitForExitAsync();
        return await _acknowledged;
    }

    public Task<string> ErrorsAsync() => _errors;

    public void Dispose() => _process.Dispose();

    private async Task<List<string>> ReadAsync()
    {
        var tokens = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "ready")
                _ready.TrySetResult();
            else if (line.StartsWith('<') && line.EndsWith('>'))
            {
                tokens.Add(line);
                _first.TrySetResult();
            }
        }
        return tokens;
    }
}
