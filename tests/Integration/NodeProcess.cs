using System.Diagnostics;
using System.Text;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration;

/// <summary>A node script of this repository: a server that says where it listens, or a program that runs to its end.</summary>
public sealed class NodeProcess : IAsyncDisposable
{
    private static readonly Lazy<Task> Packages = new(InstallAsync);
    private readonly Process _process;
    private readonly Task<string> _errors;

    private NodeProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>What a server printed after "listening on ".</summary>
    public Uri Address { get; private set; } = new("http://nowhere.invalid");

    public static async Task<NodeProcess> ServeAsync(string script, params string[] arguments)
    {
        await Packages.Value;
        return await ListeningAsync(script, Start("node", [Path.Combine(Root, script), .. arguments], new Dictionary<string, string>()));
    }

    /// <summary>A server in a network namespace.</summary>
    public static async Task<NodeProcess> ServeAsync(
        NetworkNamespace network, IReadOnlyDictionary<string, string> environment, string script, params string[] arguments)
    {
        await Packages.Value;
        return await ListeningAsync(script, Start("ip", ["netns", "exec", network.Name, "node", Path.Combine(Root, script), .. arguments], environment));
    }

    private static async Task<NodeProcess> ListeningAsync(string script, Process process)
    {
        var server = new NodeProcess(process);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        const string Said = "listening on ";
        while (await server._process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            if (line.StartsWith(Said, StringComparison.Ordinal))
            {
                server.Address = new Uri(line[Said.Length..]);
                return server;
            }
        throw new InvalidOperationException($"{script} did not start: {await server._errors}");
    }

    /// <summary>A server that needs the packages.</summary>
    public static async Task<NodeProcess> ServeInstalledAsync(string script, params string[] arguments)
    {
        await Packages.Value;
        return await ServeAsync(script, arguments);
    }

    /// <summary>Runs a program to its end; what it printed, or an exception with what it complained about.</summary>
    public static async Task<string> RunAsync(string script, IReadOnlyDictionary<string, string> environment)
    {
        await Packages.Value;
        return await CompleteAsync("node", [Path.Combine(Root, script)], environment);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Does nothing where the packages are there, as after <c>make test</c>.</summary>
    private static async Task InstallAsync() =>
        await CompleteAsync(Path.Combine(Root, "eng", "install.sh"), [], new Dictionary<string, string>());

    private static async Task<string> CompleteAsync(string program, string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        await using var run = new NodeProcess(Start(program, arguments, environment));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var output = await run._process.StandardOutput.ReadToEndAsync(patience.Token);
        await run._process.WaitForExitAsync(patience.Token);
        return run._process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {run._process.ExitCode}: {await run._errors}");
    }

    private static Process Start(string program, string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "K8sRecorder.slnx")))
                return folder.FullName;
        throw new InvalidOperationException("the tests run inside the repository");
    }
}
