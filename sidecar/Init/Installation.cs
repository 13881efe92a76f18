namespace K8sRecorder.Sidecar.Init;

/// <summary>Puts the rules in place.</summary>
/// <param name="Problem">Why they are not; null: they are.</param>
/// <param name="EgressProblem">Why the interfaces are not guarded against packet sockets; null: they are.</param>
internal readonly record struct Installation(string? Problem, string? EgressProblem)
{
    public static async Task<Installation> RunAsync(InitOptions options, IReadOnlyList<string> interfaces)
    {
        if (!options.Node && NodeNamespace.IsHere())
            return Failed("this is the node's own network namespace (hostNetwork?): the rules would cut off the node; --node says that it is meant");
        if (Nft.Find(options.Nft) is not { } nft)
            return Failed(options.Nft is { } named ? $"{named}: is not there" : "there is no nft program (package nftables), --nft FILE names one elsewhere");
        if (interfaces.FirstOrDefault(name => !Interfaces.CanBeNamed(name)) is not null)
            return Failed("an interface has a name that nft cannot quote");
        if (await nft.LoadAsync(RedirectRules.Inet(options) + RedirectRules.Egress(options, interfaces)) is not { } refused)
            return default;
        // A kernel before 5.16 has no egress hook: everything else is worth having without it.
        return await nft.LoadAsync(RedirectRules.Inet(options)) is { } reason
            ? Failed(Explain(reason))
            : new Installation(null, $"this kernel takes no egress chain ({FirstLine(refused)})");
    }

    private static Installation Failed(string problem) => new(problem, null);

    /// <summary>What is missing, and what to do.</summary>
    internal static string Explain(string reason)
    {
        var advice = reason.Contains("Operation not permitted", StringComparison.Ordinal)
            ? "it takes CAP_NET_ADMIN: add NET_ADMIN to the capabilities of the init container; not as root, nft needs it as a file capability (setcap cap_net_admin+eip)"
            : reason.Contains("not supported", StringComparison.Ordinal) || reason.Contains("No such file or directory", StringComparison.Ordinal)
                ? "this kernel lacks what the rules need: nf_tables with inet nat (5.2), conntrack, redirect, reject and fib; capture.mode Proxy does without"
                : "nft did not take the rules";
        return $"{advice} (nft: {FirstLine(reason)})";
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
