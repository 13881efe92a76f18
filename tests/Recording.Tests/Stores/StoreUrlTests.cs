using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Tests.Stores;

public sealed class StoreUrlTests
{
    [Fact]
    public void Folder_is_named_by_its_full_path()
    {
        var url = StoreUrl.Parse("file:///var/my%20recordings/");

        Assert.Equal("/var/my recordings/", url.Folder);
        Assert.Null(url.Account);
    }

    [Theory]
    [InlineData("azblob://acc/con", "")]
    [InlineData("azblob://acc/con/", "")]
    [InlineData("azblob://acc/con/a/b", "a/b/")]
    public void Azure_store_is_account_container_and_prefix(string text, string prefix)
    {
        var url = StoreUrl.Parse(text);

        Assert.Equal(("acc", "con", prefix), (url.Account, url.Container, url.Prefix));
        Assert.Equal(text.TrimEnd('/'), url.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/var/recordings")]
    [InlineData("s3://bucket")]
    [InlineData("file://host/path")]
    [InlineData("file:///")]
    [InlineData("file:////")]
    [InlineData("file:///a?sig=x")]
    [InlineData("file:///a\0b")]
    [InlineData("file:///a\uFFFDb")]
    [InlineData("file:///a/100%")]
    [InlineData("file:///a//%as")]
    [InlineData("azblob://acc")]
    [InlineData("azblob://ACC/con")]
    [InlineData("azblob://acc/c")]
    [InlineData("azblob://acc/con--x")]
    [InlineData("azblob://acc/con/../x")]
    [InlineData("azblob://acc/con/a?sv=1&sig=secret")]
    [InlineData("azblob://user:pass@acc/con")]
    public void Other_text_is_refused_without_repeating_it(string text)
    {
        Assert.False(StoreUrl.TryParse(text, out _, out var problem));
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Reader_of_a_folder_that_is_not_there_is_refused() =>
        Assert.Equal(StoreFault.NotAStore, Assert.Throws<StoreException>(() => StoreUrl.Parse("file:///nowhere/at/all").OpenReader()).Fault);
}
