using System.Net;
using K8sRecorder.Masking;
using K8sRecorder.Policy;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>Everything a run is told, checked. Nothing was opened or bound to make it.</summary>
internal sealed record SidecarConfiguration
{
    /// <summary>Beside the ports of Redirect (15001, 15006, 15053).</summary>
    private const int ProxyPort = 15080;

    public required EffectivePolicy Policy { get; init; }

    public required string PolicyDigest { get; init; }

    public required MaskingEngine Masking { get; init; }

    public required TagKey TagKey { get; init; }

    /// <summary>Whether the tag key was given; a random one is worth a warning.</summary>
    public required bool TagKeyWasGiven { get; init; }

    public required StoreUrl Store { get; init; }

    public AzureAccess? Azure { get; init; }

    public required string SpoolFolder { get; init; }

    public required string KeysFolder { get; init; }

    public IPEndPoint? Admin { get; init; }

    /// <summary>Where the forward proxy listens, with <c>capture.mode: Proxy</c>.</summary>
    public IPEndPoint Proxy { get; init; } = new(IPAddress.Loopback, ProxyPort);

    /// <summary>Where the pod's authority lies with its key; null where nothing is captured.</summary>
    public string? AuthorityFolder { get; init; }

    /// <summary>Where the agent finds what to trust; null where nothing is captured.</summary>
    public string? BundleFolder { get; init; }

    /// <summary>Files of authorities to believe beside the system's.</summary>
    public IReadOnlyList<string> AdditionalAuthorities { get; init; } = [];

    /// <summary>Reads all that the command line names; null where there is any problem, and all of them are named.</summary>
    public static SidecarConfiguration? Read(CommandLine line, AzureAccess? azure, ICollection<string> problems)
    {
        var before = problems.Count;
        var run = ReadPolicy(line.Policy, problems);
        var tagKey = ReadTagKey(line.TagKey, problems);
        if (!StoreUrl.TryParse(line.Store, out var store, out var storeProblem))
            problems.Add($"--store: {storeProblem}");
        var admin = ReadLoopback("--admin", line.Admin, 9464, problems);
        var proxy = ReadLoopback("--proxy", line.Proxy, ProxyPort, problems);
        var authorities = run?.Policy is { } read ? ReadCapture(line, read, problems) : [];
        var masking = run?.Policy is { } policy && tagKey is not null ? CreateMasking(policy.Masking, tagKey, line.Policy, problems) : null;
        if (problems.Count > before || run?.Policy is null || store is null || masking is null || tagKey is null)
            return null;
        var spool = Path.GetFullPath(line.Spool);
        return new SidecarConfiguration
        {
            Policy = run.Policy,
            PolicyDigest = run.Digest ?? "",
            Masking = masking,
            TagKey = tagKey,
            TagKeyWasGiven = line.TagKey is not null,
            Store = store,
            Azure = azure,
            SpoolFolder = spool,
            KeysFolder = line.Keys is null ? Path.Combine(spool, "keys") : Path.GetFullPath(line.Keys),
            Admin = admin,
            Proxy = proxy ?? new IPEndPoint(IPAddress.Loopback, ProxyPort),
            AuthorityFolder = line.Authority,
            BundleFolder = line.Bundle,
            AdditionalAuthorities = authorities,
        };
    }

    private static PolicyRun? ReadPolicy(string file, ICollection<string> problems)
    {
        byte[] yaml;
        try
        {
            yaml = File.ReadAllBytes(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Add($"--policy: {file} cannot be read");
            return null;
        }
        var run = PolicyRun.Load(yaml, file, new DetectorCatalogue(DetectorCatalog.Names, DetectorCatalog.Groups), PolicyCapabilities.ByHand);
        foreach (var problem in run.Problems)
            problems.Add(problem.ToString());
        if (run.Policy is { Capture: CaptureMode.Listeners, Targets: var targets } && !targets.Any(target => target.Listen is not null))
            problems.Add($"{file}: spec.targets: no target has a listener, so nothing would be recorded");
        return run;
    }

    /// <summary>What only capture needs; the files of additional authorities.</summary>
    private static List<string> ReadCapture(CommandLine line, EffectivePolicy policy, ICollection<string> problems)
    {
        var isCaptured = policy.Capture is CaptureMode.Redirect or CaptureMode.Proxy;
        if (line.Proxy is not null && policy.Capture != CaptureMode.Proxy)
            problems.Add("--proxy: has no meaning without capture.mode Proxy; leave it out");
        foreach (var (name, value) in new[] { ("--ca", line.Authority), ("--bundle", line.Bundle) })
        {
            if (isCaptured && value is null)
                problems.Add($"{name}: is required with capture.mode {policy.Capture}; {(name == "--ca" ? "a folder in memory that only the recorder sees" : "a folder that the agent can read")}");
            else if (!isCaptured && value is not null)
                problems.Add($"{name}: has no meaning without capture.mode Redirect or Proxy; leave it out");
        }
        if (policy.AdditionalCAs.Count > 0 && line.Secrets is null)
            problems.Add("--secrets: is required, spec.trust.additionalCAs names a secret; a folder with a folder for each secret");
        return line.Secrets is { } folder ? [.. policy.AdditionalCAs.Select(secret => Path.Combine(folder, secret, "ca.crt"))] : [];
    }

    private static TagKey? ReadTagKey(string? file, ICollection<string> problems)
    {
        if (file is null)
            return TagKey.Random();
        try
        {
            if (TagKey.Parse(File.ReadAllBytes(file)) is { } key)
                return key;
            problems.Add($"--tag-key: {file} holds neither 32 bytes nor 64 hexadecimal digits");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Add($"--tag-key: {file} cannot be read");
        }
        return null;
    }

    private static IPEndPoint? ReadLoopback(string option, string? text, int example, ICollection<string> problems)
    {
        if (text is null)
            return null;
        if (IPEndPoint.TryParse(text, out var address) && address.Port > 0 && IPAddress.IsLoopback(address.Address))
            return address;
        problems.Add($"{option}: is a loopback address and a port, such as 127.0.0.1:{example}");
        return null;
    }

    private static MaskingEngine? CreateMasking(EffectiveMasking masking, TagKey tagKey, string file, ICollection<string> problems)
    {
        var options = new MaskingOptions
        {
            Include = masking.Include,
            Exclude = masking.Exclude,
            Rules = [.. masking.Rules.Select(rule => new MaskingRule(rule.Name, rule.Pattern, rule.MaxLength))],
            Headers = masking.Headers,
            JsonPaths = masking.JsonPaths,
            TagGuessable = masking.TagGuessable,
            TagKey = tagKey.Key,
            TagKeyId = tagKey.Id,
        };
        var found = MaskingEngine.Check(options);
        foreach (var problem in found)
            problems.Add($"{file}: spec.masking.{problem.Field}: {problem.Reason}");
        return found.Count == 0 ? MaskingEngine.Create(options) : null;
    }
}
