namespace K8sRecorder.Integration.Sdk;

/// <summary>The official clients, unchanged, through the recorder: they see what they see without it, and it is all recorded.</summary>
public sealed class SdkTests(SdkFixture sdk) : IClassFixture<SdkFixture>
{
    [Theory]
    [InlineData("openai.models")]
    [InlineData("openai.whole")]
    [InlineData("openai.choices")]
    [InlineData("openai.long")]
    [InlineData("openai.stream")]
    [InlineData("openai.streamedChoices")]
    [InlineData("openai.streamHelper")]
    [InlineData("openai.tools")]
    [InlineData("openai.streamedTools")]
    [InlineData("openai.aborted")]
    [InlineData("openai.notFound")]
    [InlineData("openai.badRequest")]
    [InlineData("anthropic.models")]
    [InlineData("anthropic.whole")]
    [InlineData("anthropic.long")]
    [InlineData("anthropic.stream")]
    [InlineData("anthropic.streamHelper")]
    [InlineData("anthropic.tools")]
    [InlineData("anthropic.streamedTools")]
    [InlineData("anthropic.aborted")]
    [InlineData("anthropic.notFound")]
    [InlineData("anthropic.badRequest")]
    public void Client_sees_the_same_as_without_the_recorder(string test) => Assert.Equal(sdk.Straight(test), sdk.Recorded(test));

    [Fact]
    public void Every_case_of_the_scripts_is_compared() => Assert.Equal(22, sdk.Cases.Count());

    [Fact]
    public async Task Recording_is_sound_and_complete()
    {
        var (exitCode, output) = await PluginProcess.RunAsync(sdk.Sidecar.Store, "verify", "--trust", sdk.Sidecar.Fingerprint);

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Transcript_has_the_question_the_tool_call_and_its_result()
    {
        var (exitCode, output) = await PluginProcess.RunAsync(sdk.Sidecar.Store, "log", "latest");

        Assert.True(exitCode == 0, output);
        Assert.Contains("What is the weather in Zürich for 3 days?", output, StringComparison.Ordinal);
        Assert.Contains("get_weather", output, StringComparison.Ordinal);
        Assert.Contains("clear, 21 °C", output, StringComparison.Ordinal);
    }
}
