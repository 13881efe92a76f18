using System.Text;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Benchmarks.Http.Cases;

/// <summary>
/// Calls of models as others recorded them: bodies as they are, in their coding; heads too, but for what belongs to a connection. Each
/// exchange in turn; where a service numbers its answers, nginx does.
/// </summary>
internal sealed class ModelCase : BenchCase
{
    private static readonly string[] OfTheConnection =
        ["host", "content-length", "connection", "transfer-encoding", "keep-alive", "date", "server", "content-encoding"];

    private readonly IReadOnlyList<RecordedExchange> _exchanges =
        [.. RecordedExchange.All().Where(e => e is { Status: 200, Method: "POST" or "GET" })];

    public ModelCase()
        : base("model") =>
        Requests = [.. _exchanges.Select(Ask)];

    public override IReadOnlyList<byte[]> Requests { get; }

    public override byte[] AnswerTo(int request) => _exchanges[request].ResponseWire;

    public override string Locations(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder["model"]);
        var locations = new StringBuilder(
            """
                    error_page 405 =200 $uri;
                    location / { rewrite ^ /model/$arg_exchange last; }

            """);
        for (var i = 0; i < _exchanges.Count; i++)
        {
            File.WriteAllBytes(folder[$"model/{i}"], _exchanges[i].ResponseWire);
            locations.AppendLine($"        location = /model/{i} {{ {Answer(_exchanges[i])} }}");
        }
        return locations.ToString();
    }

    private static byte[] Ask(RecordedExchange exchange, int number)
    {
        var headers = exchange.RequestHeaders.Where(h => !OfTheConnection.Contains(h.Key.ToLowerInvariant())).Select(h => $"{h.Key}: {h.Value}").ToList();
        if (exchange.Method == "POST")
        {
            if (!exchange.RequestHeaders.Any(h => h.Key.Equals("content-type", StringComparison.OrdinalIgnoreCase)))
                headers.Add("Content-Type: application/json");
            headers.Add($"Content-Length: {exchange.RequestBody.Length}");
        }
        var target = exchange.Target.Split('#')[0];
        return Request($"{exchange.Method} {target}{(target.Contains('?') ? '&' : '?')}exchange={number} HTTP/1.1", headers.Append($"X-Request-Id: {Serial}"), exchange.RequestBody);
    }

    private static string Answer(RecordedExchange exchange)
    {
        var type = exchange.ResponseHeaders.FirstOrDefault(h => h.Key.Equals("content-type", StringComparison.OrdinalIgnoreCase)).Value ?? "application/json";
        var answer = new StringBuilder($"default_type {Quoted(type)};");
        if (exchange.Coding is { } coding)
            answer.Append($" add_header Content-Encoding {coding};");
        foreach (var (name, value) in exchange.ResponseHeaders)
        {
            if (value.Length == 0 || name.Equals("content-type", StringComparison.OrdinalIgnoreCase) || OfTheConnection.Contains(name.ToLowerInvariant()))
                continue;
            answer.Append($" add_header {name} {(name.EndsWith("request-id", StringComparison.OrdinalIgnoreCase) ? "$request_id" : Quoted(value))};");
        }
        // Looking for what is not there costs nginx its knowledge of the length: the answer is chunked, in the sizes that it is read in.
        if (type.Contains("event", StringComparison.Ordinal))
            answer.Append(" ssi on; ssi_types *; output_buffers 1 1400;");
        return answer.ToString();
    }

    private static string Quoted(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("$", "${dollar}", StringComparison.Ordinal)}\"";
}
