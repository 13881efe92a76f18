using System.Globalization;
using System.Text;
using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>A model call as a reader wants to see it: who said what, and what came back.</summary>
/// <remarks>
/// Best effort and never evidence: the bytes are. Reading is total: whatever the bytes are, there is an exchange, if need be one of
/// <see cref="ModelApi.Unknown"/>. All strings in it were written by an agent or a model and are hostile to terminals.
/// </remarks>
public sealed class ModelExchange
{
    private const int MaxIndexText = 64 * 1024;

    /// <summary>The API that is spoken.</summary>
    public required ModelApi Api { get; init; }

    /// <summary>The model that was asked for; where the request does not say, the one that answered.</summary>
    public string? Model { get; init; }

    /// <summary>The model that answered, where the response says.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>The messages of the request in order, instructions first.</summary>
    public required IReadOnlyList<ModelMessage> Messages { get; init; }

    /// <summary>Names of the tools that were offered.</summary>
    public required IReadOnlyList<string> Tools { get; init; }

    /// <summary>The answers, in order of their index.</summary>
    public required IReadOnlyList<ModelChoice> Choices { get; init; }

    /// <summary>Token counts, where the response has them.</summary>
    public ModelUsage? Usage { get; init; }

    /// <summary>The error that the API reported.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the response came as a stream.</summary>
    public bool IsStream { get; init; }

    /// <summary>Whether the answer is not whole: it was cut, or the stream never said that it ended.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Whether the request was cut, so that messages may be missing.</summary>
    public bool IsRequestPartial { get; init; }

    /// <summary>Reads a recorded exchange.</summary>
    public static ModelExchange Read(ModelCallBytes bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        using var request = JsonBody.ParseCut(bytes.RequestBody, out var wasCut);
        var body = request?.RootElement ?? default;
        var api = ApiIdentity.Find(bytes.Method, bytes.Target, body);
        var answer = new AnswerBuilder();
        var framing = new ResponseFraming(answer, bytes.ResponseIsMasked);
        if (api != ModelApi.Unknown)
            framing.Read(bytes.ResponseBody);
        return new()
        {
            Api = api,
            Model = api == ModelApi.Unknown ? null : ModelOf(body, bytes.Target) ?? answer.Model,
            AnsweredBy = answer.Model,
            Messages = api == ModelApi.Unknown ? [] : RequestReader.Messages(body),
            Tools = api == ModelApi.Unknown ? [] : RequestReader.Tools(body),
            Choices = answer.Choices(),
            Usage = answer.Usage(),
            Error = answer.Error ?? (bytes.Status >= 400 && !answer.HasChoices ? "status " + bytes.Status.ToString(CultureInfo.InvariantCulture) : null),
            IsStream = framing.IsStream,
            IsPartial = bytes.ResponseIsCut || framing.HasRest || (framing.IsStream && !answer.IsFinished && answer.Error is null),
            IsRequestPartial = bytes.RequestIsCut || wasCut,
        };
    }

    /// <summary>What a list shows of this call: the newest text of the user or result of a tool, on one line, at most that long.</summary>
    /// <param name="maxChars">The most UTF-16 units; a longer text is cut at a character and ends in an ellipsis.</param>
    public string IndexText(int maxChars)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxChars, 1);
        for (var i = Messages.Count - 1; i >= 0; i--)
        {
            var isUser = Messages[i].Role == "user";
            for (var k = Messages[i].Parts.Count - 1; k >= 0; k--)
            {
                var part = Messages[i].Parts[k];
                var counts = part.Kind == ModelPartKind.ToolResult || (isUser && part.Kind == ModelPartKind.Text);
                if (counts && OneLine(part.Text, Math.Min(maxChars, MaxIndexText)) is { Length: > 0 } line)
                    return line;
            }
        }

        return "";
    }

    private static string? ModelOf(JsonElement body, string target)
    {
        var name = body.GetAny("model", "modelId", "agent").AsText() ?? ApiIdentity.ModelIn(target);
        return name is not null && name.StartsWith("models/", StringComparison.Ordinal) ? name["models/".Length..] : name;
    }

    private static string OneLine(string text, int maxChars)
    {
        var line = new StringBuilder();
        var isGap = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                isGap = line.Length > 0;
                continue;
            }

            if (line.Length + (isGap ? 1 : 0) + rune.Utf16SequenceLength > maxChars)
            {
                while (line.Length >= maxChars)
                    line.Length -= char.IsLowSurrogate(line[^1]) ? 2 : 1;
                return line.Append('…').ToString();
            }

            if (isGap)
                line.Append(' ');
            isGap = false;
            line.Append(rune.ToString());
        }

        return line.ToString();
    }
}
