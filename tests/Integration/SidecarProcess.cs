using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration;

/// <summary>The sidecar as users run it: a process with a policy file, a store and a spool of its own.</summary>
public sealed partial class SidecarProcess : IAsyncDisposable
{
    private const string RecorderUid = "64532";

    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _output = new();
    private readonly int _adminPort = Loopback.FreePort();
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly string _executable;
    private Process? _process;

    /// <summary>Everything but the process, which <see cref="Launch"/> or <see cref="StartAgainAsync"/> begins.</summary>
    public SidecarProcess(
        string policy, string? store = null, IReadOnlyDictionary<string, string>? environment = null, string? executable = null)
    {
        _executable = executable ?? Path.Combine(AppContext.BaseDirectory, "k8srecorder-sidecar");
        File.WriteAllText(PolicyFile, policy);
        File.WriteAllBytes(TagKeyFile, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
        Directory.CreateDirectory(StoreFolder);
        Store = store ?? $"file://{StoreFolder}";
        _environment = environment ?? new Dictionary<string, string>();
    }

    /// <summary>Where it runs, as the recorder's uid; null: here, as whoever runs the tests.</summary>
    public NetworkNamespace? Network { get; init; }

    /// <summary>What its command line has beside the options that all have.</summary>
    public IReadOnlyList<string> MoreArguments { get; init; } = [];

    public string Store { get; }

    public string StoreFolder => _folder["store"];

    public string SpoolFolder => _folder["spool"];

    public string KeysFolder => _folder["keys"];

    public string PolicyFile => _folder["policy.yaml"];

    public string TagKeyFile => _folder["tag.key"];

    public Uri Admin => new($"http://127.0.0.1:{_adminPort}");

    /// <summary>Everything the process wrote to standard output and standard error.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>The fingerprint of the session's key, as printed at the start.</summary>
    public string Fingerprint => FingerprintPattern().Match(Output).Value;

    public Process Process => _process ?? throw new InvalidOperationException("the sidecar is not running");

    public static async Task<SidecarProcess> StartAsync(
        string policy, string? store = null, IReadOnlyDictionary<string, string>? environment = null, string? executable = null)
    {
        var sidecar = new SidecarProcess(policy, store, environment, executable);
        await sidecar.StartAgainAsync();
        return sidecar;
    }

    /// <summary>Starts the process (again) on the same policy, store, spool and keys, and waits until it is ready.</summary>
    public Task StartAgainAsync()
    {
        Launch();
        return UntilReadyAsync();
    }

    /// <summary>Starts the process, which may never become ready.</summary>
    /// <param name="spool">Another spool than its own.</param>
    /// <param name="keys">Another folder of keys than its own.</param>
    public void Launch(string? spool = null, string? keys = null)
    {
        var start = Network is null ? new ProcessStartInfo(_executable) : InNetwork(Network);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var argument in (string[])
        [
            "--policy", PolicyFile, "--store", Store, "--spool", spool ?? SpoolFolder, "--keys", keys ?? KeysFolder,
            "--tag-key", TagKeyFile, "--admin", $"127.0.0.1:{_adminPort}", .. MoreArguments,
        ])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException("the sidecar did not start");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Somebody who asks its administrative listener.</summary>
    public HttpClient AdminClient() => Network is not { } network ? new HttpClient() : new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = (_, _) =>
        {
            try
            {
                return ValueTask.FromResult<Stream>(new NetworkStream(network.As(0, () => Connected()), ownsSocket: true));
            }
            catch (SocketException refused)
            {
                return ValueTask.FromException<Stream>(refused);
            }
        },
    });

    /// <summary>Waits until it is ready.</summary>
    public async Task UntilReadyAsync()
    {
        using var client = AdminClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (Process.HasExited)
                throw new InvalidOperationException($"the sidecar ended with {Process.ExitCode}:\n{Output}");
            try
            {
                using var answer = await client.GetAsync(new Uri(Admin, "/readyz"), patience.Token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"the sidecar was not ready within 30 s:\n{Output}");
            }
            await Task.Delay(20);
        }
    }

    /// <summary>Waits for the end of a process that ends by itself; gives its exit code.</summary>
    public async Task<int> UntilEndedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await Process.WaitForExitAsync(patience.Token);
        return Process.ExitCode;
    }

    /// <summary>Waits until a line of the output has this in it.</summary>
    public async Task UntilSaidAsync(string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            if (Process.HasExited || patience.IsCancellationRequested)
                throw new InvalidOperationException($"'{text}' was not said within 30 s, or before the end:\n{Output}");
            await Task.Delay(20);
        }
    }

    /// <summary>
    /// Ends the process and sees to it that everything recorded is in the store. The sidecar takes two seconds to end and no more; what a
    /// busy machine leaves in the spool, the next start ships.
    /// </summary>
    public async Task StopWhenShippedAsync()
    {
        await StopAsync();
        for (var again = 0; again < 10 && !HasShippedAll(); again++)
        {
            await StartAgainAsync();
            await StopAsync();
        }
    }

    /// <summary>SIGTERM, and waits for the end: everything recorded is in the store then, or, where the machine was too busy, in the spool.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Process.Id.ToString()]);
        await kill.WaitForExitAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await Process.WaitForExitAsync(patience.Token);
    }

    /// <summary>SIGKILL: the end that nothing can prepare for.</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _process?.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex("SHA256:[A-Za-z0-9+/]{43}")]
    private static partial Regex FingerprintPattern();

    /// <summary>As a container of a pod: with the recorder's uid, and the right to read the program wherever the tests were built.</summary>
    private ProcessStartInfo InNetwork(NetworkNamespace network)
    {
        using var owned = Process.Start("chown", ["-R", RecorderUid, _folder.Path]);
        owned.WaitForExit();
        return network.Command(
            "setpriv", "--reuid", RecorderUid, "--regid", RecorderUid, "--clear-groups", "--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search", _executable);
    }

    private Socket Connected()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect("127.0.0.1", _adminPort);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private bool HasShippedAll() =>
        Output is var output && output.LastIndexOf("everything recorded is in the store", StringComparison.Ordinal)
            > output.LastIndexOf("stopping:", StringComparison.Ordinal);

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
    }
}
