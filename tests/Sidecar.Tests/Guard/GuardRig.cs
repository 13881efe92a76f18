using K8sRecorder.Policy.Model;

namespace K8sRecorder.Sidecar.Tests.Guard;

/// <summary>A sidecar with rules on its target, a raw agent, and a target that is only a socket: what is denied must not even connect.</summary>
internal sealed class GuardRig : IAsyncDisposable
{
    /// <summary>By method and path, and by tool.</summary>
    public static readonly GuardRuleSpec[] Usual =
    [
        new() { Name = "no-finetune", Deny = new GuardDenySpec { Method = ["POST", "DELETE"], Path = ["/v1/fine_tuning/*"] } },
        new() { Name = "no-shell", Deny = new GuardDenySpec { Tool = ["shell.*", "bash"] } },
    ];

    private GuardRig(RawUpstream upstream, TestSidecar sidecar, RawConnection agent)
    {
        Upstream = upstream;
        Sidecar = sidecar;
        Agent = agent;
    }

    public RawUpstream Upstream { get; }

    public TestSidecar Sidecar { get; }

    public RawConnection Agent { get; }

    public static async Task<GuardRig> StartAsync(params GuardRuleSpec[] rules)
    {
        var upstream = new RawUpstream();
        var sidecar = await TestSidecar.StartAsync(upstream.Port, change: policy => policy with
        {
            Targets = [policy.Targets[0] with { Guard = rules.Length > 0 ? rules : Usual }],
        });
        return new GuardRig(upstream, sidecar, await RawConnection.ToAsync(sidecar.Port));
    }

    public static string Post(string path, string body, string fields = "") =>
        $"POST {path} HTTP/1.1\r\nHost: h\r\n{fields}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    public static string Call(string tool, string id = "1") =>
        $$$$"""{"jsonrpc":"2.0","id":{{{{id}}}},"method":"tools/call","params":{"name":"{{{{tool}}}}","arguments":{"cmd":"ls"}}}""";

    /// <summary>The head and the body of the next answer.</summary>
    public async Task<(string Head, string Body)> AnswerAsync()
    {
        var head = await Agent.ReadUntilAsync("\r\n\r\n");
        const string Length = "Content-Length: ";
        var at = head.IndexOf(Length, StringComparison.Ordinal) + Length.Length;
        return (head, await Agent.ReadAsync(int.Parse(head[at..head.IndexOf('\r', at)], System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>An allowed request goes through on the agent's connection as it is.</summary>
    public async Task AssertUsableAsync()
    {
        await Agent.SendAsync("GET /allowed HTTP/1.1\r\nHost: h\r\n\r\n");
        using var target = await Upstream.AcceptAsync();
        Assert.StartsWith("GET /allowed HTTP/1.1\r\n", await target.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await target.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 204 ", await Agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        Agent.Dispose();
        await Sidecar.DisposeAsync();
        Upstream.Dispose();
    }
}
