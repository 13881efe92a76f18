using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Fuzz.Oracles;
using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// The plugin over a store with a hostile chunk. The first byte says which command and how wide the terminal is, the rest is the chunk's plain
/// lines; digests are put right. It ends with a code, without an internal error, and with nothing on the terminal but what displays.
/// </summary>
internal sealed class PluginTarget : FuzzTarget
{
    private static readonly string[] Commands =
    [
        "list", "list --sessions", "list -o json", "list -o wide --grep a", "show latest", "show latest -o json", "log latest", "log latest --full",
        "log latest -o json", "log latest --raw", "cat latest/1", "cat latest/ch1 --raw", "cat latest/1 -o json", "verify latest", "verify -o json", "verify --all",
    ];

    private static readonly string Root = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"k8srecorder-fuzz-store-{Environment.ProcessId}");

    [ThreadStatic]
    private static Exception? _last;

    public override string Name => "plugin";

    public override string Subject => "list, show, log, cat, verify over a store with a hostile chunk";

    public override double Share => 0.5;

    public override int MaxLength => 8 * 1024;

    public override IEnumerable<string> Dictionary =>
    [
        ",\"wire\":9223372036854775807", "\"parts\":[", "\"0-9\"", ",\"more\":true", ",\"events\":[1,1,1,1]", ",\"date\":\"2026-11-21T10:00:00.000Z\"", ",\"length\":5", "\\u001b[31m", "\u202e",
        "\"kind\":\"http.request.data\"", "\"kind\":\"http.response.data\"", "\"kind\":\"tcp.data\"", "\"kind\":\"ws.message\"", "\"kind\":\"ws.message.data\"", "\"message\":2", "\"type\":\"text\"", "\"kind\":\"gap\"", "\"kind\":\"truncated\"", "\"kind\":\"session.resumed\"", "\"kind\":\"channel.opened\"",
        "\"kind\":\"http.interim\"", ",\"run\":[0]", ",\"trailers\":[0]", ",\"cut\":\"x\"", ",\"error\":\"x\"", ",\"pending\":9", "\"role\":\"user\"", "data: {\\\"choices\\\":[", "\\n",
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        for (var command = 0; command < Commands.Length; command++)
            yield return [(byte)command, .. Vector.PlainChunk];
        yield return [6, .. More("data: {\\\"choices\\\":[{\\\"delta\\\":{\\\"content\\\":\\\"a\\\"}}]}\\n\\ndata: [DONE]\\n\\n")];
        yield return [0x40, .. More("\\u001b[31m\u202e a\u0301\u0301\u0301\u0301\u0301\u0301")];
    }

    public override long AllocationLimit(int length) => 256L << 20;

    public override TimeSpan TimeLimit(int length) => TimeSpan.FromSeconds(4);

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        var salt = StatementReader.TryRead(Vector.Object("open.json"), out _)!.Salt!;
        var chunk = Vector.Pack(HealedChunk.Of(input[1..], salt));
        var command = Commands[input[0] & 15];
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var width = (input[0] >> 5) switch { 0 => (int?)null, var step => 10 + (step * 20) };
        var terminal = new Terminal { Out = output, Error = error, Width = width };
        _last = null;
        AppDomain.CurrentDomain.FirstChanceException += Remember;
        var path = Place(chunk);
        try
        {
            measure.Begin();
            var exit = new App(terminal, TimeProvider.System, _ => null).RunAsync(["--store", new Uri(Root).AbsoluteUri, .. command.Split(' ')], default)
                .GetAwaiter().GetResult();
            measure.End();
            if (exit is < 0 or > 3)
                throw new OracleException("verbs end in a code of theirs", $"{command}: {exit}");
        }
        finally
        {
            File.Delete(path);
            AppDomain.CurrentDomain.FirstChanceException -= Remember;
        }

        var said = Encoding.UTF8.GetString(error.ToArray());
        if (said.Contains("internal error", StringComparison.Ordinal))
            throw new OracleException("no internal error in " + command.Split(' ')[0], $"{said}\n{_last}");
        Displayed.Check(command, said, "\n\t");
        if (!command.Contains("--raw", StringComparison.Ordinal))
            Displayed.Check(command, Encoding.UTF8.GetString(output.ToArray()), "\n\t");
    }

    private static void Remember(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs thrown) => _last = thrown.Exception;

    private static string Place(byte[] chunk)
    {
        if (!Directory.Exists(Root))
        {
            foreach (var (key, bytes) in Vector.Objects.Where(o => o.Key != Vector.ChunkKey))
            {
                var file = Path.Combine(Root, key);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, bytes);
            }
        }

        var path = Path.Combine(Root, StoreLayout.ChunkKey(Vector.Session, Convert.ToHexStringLower(SHA256.HashData(chunk))));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, chunk);
        return path;
    }

    /// <summary>The example with a streamed response of two records and this text.</summary>
    private static byte[] More(string text)
    {
        const string Digest = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        var plain = Encoding.UTF8.GetString(Vector.PlainChunk).Split('\n').ToList();
        plain.Insert(5, $"{{\"part\":4,\"text\":\"{text}\"}}");
        plain.Insert(6, "{\"part\":5,\"text\":\"x: y\\n\"}");
        var at = plain.FindIndex(l => l.Contains("session.closed", StringComparison.Ordinal));
        plain.Insert(at, string.Create(CultureInfo.InvariantCulture, $"{{\"seq\":3,\"at\":\"2026-11-21T10:00:01.500Z\",\"kind\":\"http.response.data\",\"ch\":1,\"body\":{{\"wire\":9,\"parts\":[3,[4,1,\"{Digest}\"]]}},\"events\":[5,10,3,20],\"trailers\":[[5,1,\"{Digest}\"]]}}"));
        plain[at - 1] = plain[at - 1].Replace("\"body\":{", "\"body\":{\"more\":true,\"wire\":70,", StringComparison.Ordinal);
        plain[at + 1] = plain[at + 1].Replace("\"seq\":3", "\"seq\":4", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(string.Join('\n', plain));
    }
}
