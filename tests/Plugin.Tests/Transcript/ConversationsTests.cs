using K8sRecorder.Dialects.Exchanges;
using K8sRecorder.Plugin.Transcript;

namespace K8sRecorder.Plugin.Tests.Transcript;

public sealed class ConversationsTests
{
    private readonly Conversations _conversations = new();

    [Fact]
    public void A_first_turn_is_new() => Assert.Equal(new Turn(0, null), _conversations.Add(1, Call(["a"])));

    [Fact]
    public void Of_a_next_turn_only_the_end_is_new()
    {
        _conversations.Add(1, Call(["a"], answer: "b"));
        Assert.Equal(new Turn(2, 1), _conversations.Add(3, Call(["a", "=b", "c"], answer: "d")));
        Assert.Equal(new Turn(4, 3), _conversations.Add(5, Call(["a", "=b", "c", "=d", "e"])));
    }

    [Fact]
    public void A_branch_continues_where_it_left_the_other()
    {
        _conversations.Add(1, Call(["a"], answer: "b"));
        _conversations.Add(3, Call(["a", "=b", "c"], answer: "d"));
        Assert.Equal(new Turn(2, 1), _conversations.Add(5, Call(["a", "=b", "other"])));
    }

    [Fact]
    public void A_message_that_was_changed_is_new_and_so_is_all_behind_it()
    {
        _conversations.Add(1, Call(["a", "=b", "c"]));
        Assert.Equal(new Turn(1, 1), _conversations.Add(2, Call(["a", "=forged", "c"])));
    }

    [Fact]
    public void The_same_text_elsewhere_in_the_conversation_is_new()
    {
        _conversations.Add(1, Call(["yes"], answer: "sure?"));
        Assert.Equal(new Turn(2, 1), _conversations.Add(2, Call(["yes", "=sure?", "yes"])));
    }

    [Fact]
    public void Arguments_of_a_call_that_were_written_anew_are_known()
    {
        var answer = new ModelPart(ModelPartKind.ToolCall, """{"a": 1,  "b": [2]}""", "tool", "1");
        _conversations.Add(1, Call(["a"]) with { Choices = [new ModelChoice(0, [answer], null)] });
        var again = Call(["a"]);
        again.Messages.Add(new ModelMessage("assistant", [answer with { Text = """{"a":1,"b":[2]}""" }]));
        Assert.Equal(new Turn(2, 1), _conversations.Add(2, again));
    }

    [Theory]
    [InlineData("""{"a":1,"b":2}""")]
    [InlineData("not json")]
    public void Other_arguments_are_new(string arguments)
    {
        var call = new ModelPart(ModelPartKind.ToolCall, """{"a":1}""", "tool", "1");
        var first = Call(["a"]);
        first.Messages.Add(new ModelMessage("assistant", [call]));
        _conversations.Add(1, first);
        var second = Call(["a"]);
        second.Messages.Add(new ModelMessage("assistant", [call with { Text = arguments }]));
        Assert.Equal(new Turn(1, 1), _conversations.Add(2, second));
    }

    [Fact]
    public void An_image_of_which_only_the_place_is_known_is_new()
    {
        var first = Call([]);
        first.Messages.Add(new ModelMessage("user", [new ModelPart(ModelPartKind.Image, "", "image/png")]));
        _conversations.Add(1, first);
        Assert.Equal(new Turn(0, null), _conversations.Add(2, first));
    }

    [Fact]
    public void An_answer_sent_back_without_its_thoughts_is_known()
    {
        var thought = new ModelPart(ModelPartKind.Reasoning, "hm");
        var text = new ModelPart(ModelPartKind.Text, "b");
        _conversations.Add(1, Call(["a"]) with { Choices = [new ModelChoice(0, [thought, text], "stop")] });
        Assert.Equal(new Turn(2, 1), _conversations.Add(2, Call(["a", "=b"])));
    }

    [Fact]
    public void A_thought_that_nobody_had_is_new()
    {
        _conversations.Add(1, Call(["a"], answer: "b"));
        var second = Call(["a"]);
        second.Messages.Add(new ModelMessage("assistant", [new ModelPart(ModelPartKind.Reasoning, "smuggled"), new ModelPart(ModelPartKind.Text, "b")]));
        Assert.Equal(new Turn(1, 1), _conversations.Add(2, second));
    }

    /// <summary>Texts of users; with <c>=</c> before it, of the assistant.</summary>
    private static TestCall Call(string[] texts, string? answer = null) => new(
        [.. texts.Select(text => text.StartsWith('=')
            ? new ModelMessage("assistant", [new ModelPart(ModelPartKind.Text, text[1..])])
            : new ModelMessage("user", [new ModelPart(ModelPartKind.Text, text)]))],
        answer is null ? [] : [new ModelChoice(0, [new ModelPart(ModelPartKind.Text, answer)], "stop")]);

    private sealed record TestCall(List<ModelMessage> Messages, IReadOnlyList<ModelChoice> Choices)
    {
        public static implicit operator ModelExchange(TestCall call) => new()
        {
            Api = ModelApi.OpenAiChat,
            Messages = call.Messages,
            Tools = [],
            Choices = call.Choices,
        };
    }
}
