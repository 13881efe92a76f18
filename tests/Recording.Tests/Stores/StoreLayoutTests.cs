using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Tests.Stores;

public sealed class StoreLayoutTests
{
    private const string Session = "01m7yrrv787p6advecr8vhfzd9";
    private const string Digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Fact]
    public void Keys_are_the_format_pages()
    {
        Assert.Equal($"sessions/2026/11/21/{Session}/open.json", StoreLayout.OpenKey(Session));
        Assert.Equal($"sessions/2026/11/21/{Session}/close.json", StoreLayout.CloseKey(Session));
        Assert.Equal($"sessions/2026/11/21/{Session}/sha256/{Digest}", StoreLayout.ChunkKey(Session, Digest));
        Assert.Equal($"index/date=2026-11-21/hour=10/{Digest}.ndjson.gz", StoreLayout.IndexKey(Session, Digest));
        foreach (var key in new[] { StoreLayout.OpenKey(Session), StoreLayout.ChunkKey(Session, Digest), StoreLayout.IndexKey(Session, Digest), StoreLayout.StoreJson })
            Assert.True(StoreKey.IsValid(key));
    }

    [Fact]
    public void Keys_are_taken_apart_again()
    {
        Assert.Equal(Session, StoreLayout.SessionOfPrefix(StoreLayout.SessionPrefix(Session)));
        Assert.Equal(StoredKind.Chunk, StoreLayout.KindOf(Session, StoreLayout.ChunkKey(Session, Digest), out var digest));
        Assert.Equal(Digest, digest);
        Assert.Equal(StoredKind.Open, StoreLayout.KindOf(Session, StoreLayout.OpenKey(Session), out _));
        Assert.Equal(StoredKind.Close, StoreLayout.KindOf(Session, StoreLayout.CloseKey(Session), out _));
        Assert.Equal(Digest, StoreLayout.IndexDigest(StoreLayout.IndexKey(Session, Digest)));
    }

    [Theory]
    [InlineData("sessions/2026/11/22/01m7yrrv787p6advecr8vhfzd9/")]
    [InlineData("sessions/2026/11/21/01M7YRRV787P6ADVECR8VHFZD9/")]
    [InlineData("sessions/2026/11/21/81m7yrrv787p6advecr8vhfzd9/")]
    [InlineData("sessions/2026/11/21/01m7yrrv787p6advecr8vhfzd/")]
    [InlineData("sessions/2026/11/21/")]
    [InlineData("")]
    public void Folder_of_no_session_is_none(string prefix) => Assert.Null(StoreLayout.SessionOfPrefix(prefix));

    [Theory]
    [InlineData("index/date=2026-11-21/hour=24/" + Digest + ".ndjson.gz")]
    [InlineData("index/date=2026-11-21/hour=10/" + Digest + ".ndjson")]
    [InlineData("index/date=2026-11-21/hour=10/x/" + Digest + ".ndjson.gz")]
    [InlineData("index/date=2026-13-21/hour=10/" + Digest + ".ndjson.gz")]
    [InlineData("index/x")]
    public void Name_of_no_index_file_is_none(string key) => Assert.Null(StoreLayout.IndexDigest(key));

    [Theory]
    [InlineData("sha256/0123")]
    [InlineData("sha256/" + Digest + "0")]
    [InlineData("open.json.bak")]
    [InlineData("x/open.json")]
    public void Object_of_no_kind_is_unknown(string name) =>
        Assert.Equal(StoredKind.Unknown, StoreLayout.KindOf(Session, StoreLayout.SessionPrefix(Session) + name, out _));
}
