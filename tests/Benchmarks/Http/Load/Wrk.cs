using System.Diagnostics;
using System.Globalization;
using K8sRecorder.Benchmarks.Http.Cases;
using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http.Load;

/// <summary>What wrk counted: completed responses, and the seconds they took.</summary>
internal readonly record struct WrkResult(long Requests, double Seconds)
{
    public double PerSecond => Requests / Seconds;
}

/// <summary>Closed-loop load over keep-alive connections: full load. One thread, which is enough for more than any proxy here can take.</summary>
internal sealed class Wrk : IDisposable
{
    public const int Connections = 32;

    private readonly TemporaryFolder _folder = new();
    private readonly int _requests;
    private int _run;

    public Wrk(BenchCase work)
    {
        _requests = work.Requests.Count;
        for (var i = 0; i < _requests; i++)
            File.WriteAllBytes(_folder[$"{i}"], work.Requests[i]);
    }

    /// <summary>Runs for some seconds; anything but answers of success fails the benchmark.</summary>
    public async Task<WrkResult> RunAsync(int port, int seconds, CancellationToken ct)
    {
        var script = _folder["load.lua"];
        await File.WriteAllTextAsync(script, Script(++_run), ct);
        var start = new ProcessStartInfo(
            "wrk", ["--threads", "1", "--connections", $"{Connections}", "--duration", $"{seconds}s", "--script", script, $"http://127.0.0.1:{port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var wrk = Process.Start(start) ?? throw new BenchmarkFailedException("wrk did not start");
        try
        {
            var errors = wrk.StandardError.ReadToEndAsync(ct);
            var output = await wrk.StandardOutput.ReadToEndAsync(ct);
            await wrk.WaitForExitAsync(ct);
            return Parse(output, await errors);
        }
        finally
        {
            if (!wrk.HasExited)
                wrk.Kill();
        }
    }

    public void Dispose() => _folder.Dispose();

    private static WrkResult Parse(string output, string errors)
    {
        var result = output.Split('\n').FirstOrDefault(line => line.StartsWith("result ", StringComparison.Ordinal))
            ?? throw new BenchmarkFailedException($"wrk says: {output}{errors}");
        var numbers = result.Split(' ')[1..].Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        if (numbers[2..].Any(failures => failures > 0))
            throw new BenchmarkFailedException(
                $"requests failed (connect {numbers[2]}, read {numbers[3]}, write {numbers[4]}, timeout {numbers[5]}, status {numbers[6]})");
        return new WrkResult(numbers[0], numbers[1] / 1e6);
    }

    /// <summary>Every request as its file has it; where a number of its own goes, the run's and the request's.</summary>
    private string Script(int run) =>
        $$"""
            local before, behind, n = {}, {}, 0
            function init()
              for i = 1, {{_requests}} do
                local file = io.open("{{_folder.Path}}/" .. (i - 1), "rb")
                local bytes = file:read("*a")
                file:close()
                local at = bytes:find("{{BenchCase.Serial}}", 1, true)
                before[i] = at and bytes:sub(1, at - 1) or bytes
                behind[i] = at and bytes:sub(at + {{BenchCase.Serial.Length}})
              end
            end
            function request()
              n = n + 1
              local i = (n + {{run * 7}}) % {{_requests}} + 1
              if not behind[i] then return before[i] end
              return before[i] .. string.format("%04d%012d", {{run}}, n) .. behind[i]
            end
            function done(summary)
              local e = summary.errors
              io.write(string.format("result %d %d %d %d %d %d %d\n",
                summary.requests, summary.duration, e.connect, e.read, e.write, e.timeout, e.status))
            end

            """;
}
