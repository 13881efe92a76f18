using System.Text;
using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http.Cases;

/// <summary>
/// A model's streamed answer: 200 events, chunked, with an id that is another one in each answer and stands in every event, as model APIs
/// do it. So no answer is stored by pointing at an earlier one.
/// </summary>
internal sealed class SseCase() : BenchCase("sse")
{
    private const int Answers = 64;
    private const int Events = 200;
    private const string Id = "SERIALSERIALSERIALSERIALSERIALSE";

    public override IReadOnlyList<byte[]> Requests { get; } = [.. Enumerable.Range(0, Answers).Select(Ask)];

    // sub_filter puts the id in; it also makes the answer chunked, in the sizes that it reads from the file.
    public override string Locations(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder["sse"]);
        for (var i = 0; i < Answers; i++)
            File.WriteAllText(folder[$"sse/{i}"], Answer(new Random(i)));
        return $$"""
                    error_page 405 =200 $uri;
                    location /v1/ { rewrite ^ /sse/$arg_answer last; }
                    location /sse/ {
                        default_type text/event-stream;
                        sub_filter_types *;
                        sub_filter_once off;
                        sub_filter {{Id}} $request_id;
                        output_buffers 1 4096;
                    }
            """;
    }

    private static byte[] Ask(int answer)
    {
        var body = Encoding.ASCII.GetBytes(
            $$"""{"model":"gpt-4.1","stream":true,"user":"{{Serial}}","messages":[{"role":"system","content":"You help travellers."},{"role":"user","content":"{{Prose.Text(new Random(answer), 160)}}"}]}""");
        return Request(
            $"POST /v1/chat/completions?answer={answer} HTTP/1.1",
            ["Content-Type: application/json", "Accept: text/event-stream", "User-Agent: agent/1.0", $"Authorization: Bearer {Prose.Key(new Random(answer))}", $"Content-Length: {body.Length}"],
            body);
    }

    private static string Answer(Random random)
    {
        var events = new StringBuilder();
        for (var i = 0; i < Events; i++)
            events.Append(
                $$"""data: {"id":"chatcmpl-{{Id}}","object":"chat.completion.chunk","created":1763730000,"model":"gpt-4.1","choices":[{"index":0,"delta":{"content":" {{Prose.Word(random)}}"},"finish_reason":null}]}""")
                .Append("\n\n");
        return events.Append("data: [DONE]\n\n").ToString();
    }
}
