using System.Text;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Tests.Http1;

/// <summary>What of a request target goes on: origin-form as it is, absolute-form without what names a server, no other form.</summary>
public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/", 0, false)]
    [InlineData("/a?u=http://other/", 0, false)]
    [InlineData("http://h/a?b", 8, false)]
    [InlineData("HTTP://h:81?b", 11, true)]
    [InlineData("a+b-c.1://h", 11, true)]
    public void Target_is_taken_from_its_path_on(string raw, int at, bool needsSlash)
    {
        Assert.True(RequestTarget.TryRead(Encoding.ASCII.GetBytes(raw), out var target));
        Assert.Equal(new RequestTarget(at, needsSlash), target);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("h:443")]
    [InlineData("://h/")]
    [InlineData("?://")]
    [InlineData("?u=http://other/")]
    [InlineData("a?u=http://other/")]
    [InlineData("a/b://c/d")]
    [InlineData("1http://h/")]
    public void Target_of_no_known_form_is_refused(string raw) => Assert.False(RequestTarget.TryRead(Encoding.ASCII.GetBytes(raw), out _));
}
