using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>What a response says, put together from one document or from the events of a stream.</summary>
internal sealed class AnswerBuilder
{
    /// <summary>Answers to one request; APIs stop far below. The rest is left out of the reading.</summary>
    private const int MaxChoices = 1_024;

    private readonly SortedDictionary<int, ChoiceBuilder> _choices = [];
    private long? _input, _output, _cacheRead, _cacheWrite, _reasoning;

    public string? Model { get; set; }

    public string? Error { get; set; }

    /// <summary>Set where the API's own sign of the end was seen.</summary>
    public bool SawEnd { get; set; }

    /// <summary>Set for APIs where a choice ends by saying why.</summary>
    public bool EndsByReasons { get; set; }

    /// <summary>Whether the answer is whole.</summary>
    public bool IsFinished => SawEnd || (EndsByReasons && _choices.Count > 0 && _choices.Values.All(c => c.FinishReason is not null));

    public bool HasChoices => _choices.Count > 0;

    public ChoiceBuilder Choice(long index = 0)
    {
        var number = (int)Math.Clamp(index, 0, int.MaxValue);
        if (_choices.TryGetValue(number, out var choice))
            return choice;
        choice = new(number);
        if (_choices.Count < MaxChoices)
            _choices.Add(number, choice);
        return choice;
    }

    public void SetModel(JsonElement model) => Model = model.AsText() is { Length: > 0 } name ? name : Model;

    public void SetError(JsonElement error)
    {
        if (error.ValueKind == JsonValueKind.Object)
            Error = error.GetAny("message", "code", "type").AsText() ?? error.GetRawText();
        else if (error.ValueKind == JsonValueKind.String)
            Error = error.AsText();
    }

    /// <summary>Takes the token counts in any of the APIs' words; a later count replaces an earlier one.</summary>
    public void SetUsage(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object)
            return;
        var cached = usage.GetAny("prompt_tokens_details", "input_tokens_details").Get("cached_tokens");
        var thought = usage.GetAny("completion_tokens_details", "output_tokens_details").Get("reasoning_tokens");
        _input = usage.GetAny("prompt_tokens", "input_tokens", "inputTokens", "promptTokenCount", "total_input_tokens").AsNumber() ?? _input;
        _output = usage.GetAny("completion_tokens", "output_tokens", "outputTokens", "candidatesTokenCount", "total_output_tokens").AsNumber() ?? _output;
        _cacheRead = cached.AsNumber()
            ?? usage.GetAny("cache_read_input_tokens", "cacheReadInputTokens", "cachedContentTokenCount", "total_cached_tokens").AsNumber() ?? _cacheRead;
        _cacheWrite = usage.GetAny("cache_creation_input_tokens", "cacheWriteInputTokens").AsNumber() ?? _cacheWrite;
        _reasoning = thought.AsNumber() ?? usage.GetAny("thoughtsTokenCount", "total_thought_tokens").AsNumber() ?? _reasoning;
    }

    public void SetUsage(JsonElement input, JsonElement output)
    {
        _input = input.AsNumber() ?? _input;
        _output = output.AsNumber() ?? _output;
    }

    public List<ModelChoice> Choices() => [.. _choices.Values.Select(c => c.Build())];

    public ModelUsage? Usage() => (_input ?? _output ?? _cacheRead ?? _cacheWrite ?? _reasoning) is null
        ? null
        : new(_input, _output, _cacheRead, _cacheWrite, _reasoning);
}
