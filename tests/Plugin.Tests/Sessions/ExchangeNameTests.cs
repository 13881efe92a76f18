using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Sessions;

namespace K8sRecorder.Plugin.Tests.Sessions;

public sealed class ExchangeNameTests
{
    [Theory]
    [InlineData("latest/12", "latest", 12L, null)]
    [InlineData("01kb/ch7", "01kb", null, 7L)]
    public void Name_of_an_exchange_is_read(string text, string session, long? seq, long? channel) =>
        Assert.Equal(new ExchangeName(session, seq, channel), ExchangeName.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("latest")]
    [InlineData("/12")]
    [InlineData("latest/")]
    [InlineData("latest/-1")]
    [InlineData("latest/ch")]
    [InlineData("latest/1e3")]
    [InlineData("latest/99999999999999999999")]
    public void Anything_else_is_refused(string text) => Assert.Throws<CommandException>(() => ExchangeName.Parse(text));
}
