using System.Text;

namespace K8sRecorder.Policy.Tests;

public sealed class DigestTests
{
    [Fact]
    public void Digest_is_the_same_for_the_same_meaning()
    {
        var plain = PolicyText.Load(PolicyText.Least).Digest;

        Assert.Equal(plain, PolicyText.Load("# a comment\n" + PolicyText.With("mode: Buffered\nsession: { maxAge: 1440m }\nspool: { sizeLimit: 262144Ki }\ncapture: { mode: Listeners }")).Digest);
    }

    [Theory]
    [InlineData("mode: Strict")]
    [InlineData("runKeys: [ { header: a } ]")]
    [InlineData("session: { maxAge: 23h }")]
    [InlineData("session: { idleTimeout: 29m }")]
    [InlineData("spool: { sizeLimit: 255Mi }")]
    [InlineData("spool: { flushInterval: 59s }")]
    [InlineData("spool: { headInterval: 4s }")]
    [InlineData("record: { bodies: { limit: 1 } }")]
    [InlineData("limits: { bytesPerSession: 1 }")]
    [InlineData("limits: { recordsPerSecond: 1 }")]
    [InlineData("limits: { openChannels: 1 }")]
    [InlineData("masking: { detectors: { include: [ card ] } }")]
    [InlineData("masking: { detectors: { exclude: [ card ] } }")]
    [InlineData("masking: { tagGuessable: [ card ] }")]
    [InlineData("masking: { rules: [ { name: a, pattern: EMP } ] }")]
    [InlineData("masking: { headers: [ a ] }")]
    [InlineData("masking: { json: [ $.a ] }")]
    [InlineData("  - { name: b, listen: \"127.0.0.1:1\", protocol: TCP, upstream: { address: \"b:1\" } }")]
    public void Digest_changes_with_every_field(string spec)
    {
        var changed = PolicyText.Load(PolicyText.With(spec));

        Assert.Empty(changed.Problems);
        Assert.NotEqual(PolicyText.Load(PolicyText.Least).Digest, changed.Digest);
    }

    /// <summary>The form is part of what recordings refer to; a change here is a change of every digest.</summary>
    [Fact]
    public void Canonical_form_stands_still() =>
        Assert.Equal(
            """{"format":"k8srecorder.io/policy/1","sources":["RecordingPolicy agents"],"mode":"Buffered","capture":"Listeners","inbound":"Pass","unmatched":"Pass","uninterceptable":"Deny","runKeys":[],"idleTimeout":1800000,"maxAge":86400000,"spoolSizeLimit":268435456,"flushInterval":60000,"headInterval":5000,"bodyLimit":16777216,"rows":"All","bytesPerSession":4294967296,"recordsPerSecond":null,"openChannels":5000,"additionalCAs":[],"targets":[{"name":"openai","hosts":[],"cidrs":[],"ports":[],"protocol":"HTTP","listen":"127.0.0.1:8080","upstream":{"host":"api.openai.com","port":443,"tls":"Verify","serverName":"api.openai.com","hostHeader":"Upstream"},"guard":[]}],"masking":{"include":["*"],"exclude":[],"tagGuessable":[],"rules":[],"headers":[],"json":[],"columns":[],"inline":false}}""",
            Encoding.UTF8.GetString(PolicyDigest.CanonicalJson(PolicyText.Load(PolicyText.Least).Policy!)));
}
