using System.Diagnostics;
using System.Text;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Dns;

/// <summary>The sidecar as a process of its uid in a pod's network, with a resolv.conf of the pod's.</summary>
internal sealed class PodSidecar : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _resolvers;
    private readonly Process _process;

    public PodSidecar(NetworkNamespace pod, uint uid, string policy, string resolvConf)
    {
        // what ip-netns(8) shows as /etc to whatever it starts there
        _resolvers = Path.Combine("/etc/netns", pod.Name);
        Directory.CreateDirectory(_resolvers);
        File.WriteAllText(Path.Combine(_resolvers, "resolv.conf"), resolvConf);
        File.WriteAllText(_folder["policy.yaml"], policy);
        // wherever the repository lies, this uid may read it
        var start = pod.Command(
            "setpriv", $"--reuid={uid}", $"--regid={uid}", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override", Path.Combine(AppContext.BaseDirectory, "k8srecorder-sidecar"),
            "--policy", _folder["policy.yaml"], "--store", Store, "--spool", _folder["spool"], "--keys", _folder["keys"], "--ca", _folder["ca"], "--bundle", _folder["bundle"]);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException(Output));
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Store => $"file://{_folder["store"]}";

    /// <summary>Completes when it listens; faults when it ends before.</summary>
    public Task Ready => _ready.Task;

    private string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public async Task StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_resolvers, recursive: true);
        _folder.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (line.StartsWith("k8srecorder-sidecar: ready", StringComparison.Ordinal))
            _ready.TrySetResult();
    }
}
