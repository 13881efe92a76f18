using System.Diagnostics;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Forms;

/// <summary>The odd server, once for HTTP/1.1 and once for HTTP/2, and a sidecar in front of each.</summary>
public sealed class CurlFixture : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IAsyncDisposable> _running = [];
    private readonly List<SidecarProcess> _sidecars = [];

    public Uri Server { get; private set; } = null!;

    public Uri Recorder { get; private set; } = null!;

    public Uri Http2Server { get; private set; } = null!;

    public Uri Http2Recorder { get; private set; } = null!;

    /// <summary>A file of 2 MB, to be sent.</summary>
    public string Upload => _folder["upload.bin"];

    public async Task InitializeAsync()
    {
        await File.WriteAllBytesAsync(Upload, [.. Enumerable.Range(0, 2_000_000).Select(i => (byte)((i * 31) >> 4))]);
        (Server, Recorder) = await StartAsync("tests/node/odd-server.mjs");
        (Http2Server, Http2Recorder) = await StartAsync("tests/node/odd-server.mjs", "--http2");
    }

    public async Task DisposeAsync()
    {
        foreach (var running in Enumerable.Reverse(_running))
            await running.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs curl against one of the two; in the arguments {root} stands for its address, {file} for the upload.</summary>
    public async Task<byte[]> CurlAsync(Uri to, IEnumerable<string> arguments)
    {
        var root = to.GetLeftPart(UriPartial.Authority);
        var start = new ProcessStartInfo("curl", ["-sSi", "--max-time", "30", "-A", "test", "-H", "Host: odd.test",
            .. arguments.Select(argument => argument.Replace("{root}", root, StringComparison.Ordinal).Replace("{file}", Upload, StringComparison.Ordinal))])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var curl = Process.Start(start) ?? throw new InvalidOperationException("curl did not start");
        var errors = curl.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        await curl.StandardOutput.BaseStream.CopyToAsync(output);
        await curl.WaitForExitAsync();
        return curl.ExitCode == 0
            ? output.ToArray()
            : throw new InvalidOperationException($"curl {string.Join(' ', arguments)} ended with {curl.ExitCode}: {await errors}\n{string.Concat(_sidecars.Select(sidecar => sidecar.Output))}");
    }

    private async Task<(Uri Server, Uri Recorder)> StartAsync(string script, params string[] arguments)
    {
        var server = await NodeProcess.ServeAsync(script, arguments);
        _running.Add(server);
        var recorder = new Uri($"http://127.0.0.1:{Loopback.FreePort()}");
        var sidecar = await SidecarProcess.StartAsync(Policies.OneTarget(recorder.Port, server.Address));
        _running.Add(sidecar);
        _sidecars.Add(sidecar);
        return (server.Address, recorder);
    }
}
