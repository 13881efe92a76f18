using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Policy.Selection;
using K8sRecorder.Policy.Validation;

namespace K8sRecorder.Policy.Merge;

/// <summary>
/// Several policies, one in force: the stricter of each field, so that whoever adds a policy takes nothing away from another. Pure and
/// deterministic: the order in which documents are given does not matter. The documents must be valid.
/// </summary>
public static class PolicyMerge
{
    /// <summary>Merges all that apply to a pod; without any, what is in force are the defaults.</summary>
    /// <param name="documents">The policies that apply.</param>
    /// <param name="silent">The capture mode of a policy that writes none; in a cluster all is redirected.</param>
    public static MergedPolicy Merge(IEnumerable<RecordingPolicyDocument> documents, CaptureMode silent = CaptureMode.Redirect)
    {
        var problems = new MergeProblems();
        var policies = PolicyOrder.Sorted(documents);
        var sources = policies.Select(EffectivePolicyBuilder.Source).ToList();
        if (policies.Count > PolicyLimits.Policies)
        {
            // Whoever may write policies must not be able to keep admission busy.
            problems.Add(MergeProblemReason.TooLarge, true, sources, $"more than {PolicyLimits.Policies} policies apply to one pod; let fewer select it");
            return new MergedPolicy(null, null, sources, problems.All);
        }
        var level = new MergeLevels(policies);
        var capture = policies.Count == 0 ? silent : policies.Max(policy => policy.Spec.Capture?.Mode ?? silent);
        var parts = policies.Select(policy => EffectivePolicyBuilder.Build(policy, silent)).ToList();
        var defaults = new EffectivePolicy();

        var flush = level.First(spec => spec.Spool?.FlushInterval, Least) ?? defaults.FlushInterval;
        var maxAge = level.First(spec => spec.Session?.MaxAge, Least) ?? Most(defaults.MaxAge, level.First(spec => spec.Session?.IdleTimeout, Least));
        var policy = new EffectivePolicy
        {
            Sources = sources,
            Mode = parts.Count == 0 ? defaults.Mode : parts.Max(part => part.Mode),
            Capture = capture,
            Inbound = Passed(policies, capture, problems, "inbound", spec => spec.Capture?.Inbound, capture == CaptureMode.Redirect ? InboundMode.Record : InboundMode.Pass, InboundMode.Pass, InboundMode.Record),
            Unmatched = Passed(policies, capture, problems, "unmatched", spec => spec.Capture?.Unmatched, capture == CaptureMode.Listeners ? UnmatchedMode.Pass : UnmatchedMode.Record, UnmatchedMode.Pass, UnmatchedMode.Record),
            Uninterceptable = parts.Count == 0 ? defaults.Uninterceptable : parts.Max(part => part.Uninterceptable),
            Jwt = Identity(level, problems),
            RunKeyHeaders = RunKeys(parts, sources, problems),
            IdleTimeout = Least(level.First(spec => spec.Session?.IdleTimeout, Least) ?? defaults.IdleTimeout, maxAge),
            MaxAge = maxAge,
            SpoolSizeLimit = level.First(spec => spec.Spool?.SizeLimit, Math.Max) ?? defaults.SpoolSizeLimit,
            FlushInterval = flush,
            HeadInterval = Least(level.First(spec => spec.Spool?.HeadInterval, Least) ?? defaults.HeadInterval, flush),
            BodyLimit = parts.Count == 0 ? defaults.BodyLimit : parts.Max(part => part.BodyLimit),
            Rows = parts.Count == 0 ? defaults.Rows : parts.Select(part => part.Rows).MaxBy(rows => ((int)rows.Mode, rows.Rows)),
            BytesPerSession = level.First(spec => spec.Limits?.BytesPerSession, Math.Min) ?? defaults.BytesPerSession,
            RecordsPerSecond = level.First(spec => spec.Limits?.RecordsPerSecond, Math.Min),
            OpenChannels = level.First(spec => spec.Limits?.OpenChannels, Math.Min) ?? defaults.OpenChannels,
            AdditionalCAs = [.. parts.SelectMany(part => part.AdditionalCAs).Distinct()],
            Targets = TargetMerge.Merge(policies, parts, capture, problems),
            Masking = MaskingMerge.Merge(policies, parts, problems),
            Store = Store(level, problems),
            RetentionDays = parts.Max(part => part.RetentionDays),
        };
        return problems.IsBlocked
            ? new MergedPolicy(null, null, sources, problems.All)
            : new MergedPolicy(policy, PolicyDigest.Of(policy), sources, problems.All);
    }

    /// <summary>
    /// The strictest, a policy that writes nothing standing for the default. In Redirect a Pass that no cluster policy writes is
    /// not heeded: the team that is recorded would let itself out.
    /// </summary>
    private static T Passed<T>(IReadOnlyList<RecordingPolicyDocument> policies, CaptureMode capture, MergeProblems problems, string field,
        Func<RecordingPolicySpec, T?> read, T silent, T pass, T record) where T : struct, Enum
    {
        var strictest = policies.Count == 0 ? silent : policies.Max(policy => read(policy.Spec) ?? silent);
        if (capture != CaptureMode.Redirect || !strictest.Equals(pass))
            return strictest;
        var who = policies.Where(policy => read(policy.Spec).Equals(pass)).ToList();
        if (who.Any(policy => policy.Kind == PolicyKind.ClusterRecordingPolicy))
            return strictest;
        problems.Add(MergeProblemReason.PassNeedsClusterPolicy, false, [.. who.Select(EffectivePolicyBuilder.Source)],
            $"spec.capture.{field}: Pass needs a cluster policy that says so too; Record is in force instead");
        return record;
    }

    private static string? Store(MergeLevels level, MergeProblems problems)
    {
        var stores = level.FirstWritten(spec => spec.Store?.Name);
        if (stores.Select(store => store.Value).Distinct().Count() > 1)
            problems.Add(MergeProblemReason.StoreConflict, true, [.. stores.Select(store => store.Source)],
                $"spec.store.name: {string.Join(" and ", stores.Select(store => store.Value).Distinct())} at one level; name one store");
        return stores.Count > 0 ? stores[0].Value : null;
    }

    private static JwtIdentitySpec? Identity(MergeLevels level, MergeProblems problems)
    {
        var tokens = level.FirstWritten(spec => spec.Identity?.Jwt);
        var forms = tokens.Select(token => (token.Value.Header?.ToLowerInvariant(), token.Value.Issuer, token.Value.GroupsClaim, string.Join('\n', token.Value.Audiences.Order(StringComparer.Ordinal)))).Distinct();
        if (forms.Count() > 1)
            problems.Add(MergeProblemReason.IdentityConflict, true, [.. tokens.Select(token => token.Source)], "spec.identity.jwt: two different tokens at one level; name one");
        return tokens.Count == 0 ? null : tokens[0].Value with { Required = tokens.Any(token => token.Value.Required == true) };
    }

    /// <summary>Labels decide nothing: of too many the cluster's come first and the rest is left out.</summary>
    private static List<string> RunKeys(List<EffectivePolicy> parts, List<PolicySource> sources, MergeProblems problems)
    {
        var keys = parts.SelectMany(part => part.RunKeyHeaders).Distinct().ToList();
        if (keys.Count <= PolicyLimits.RunKeys)
            return keys;
        problems.Add(MergeProblemReason.TooLarge, false, sources, "spec.runKeys: more than 16 headers together; the first 16 are in force");
        return keys[..PolicyLimits.RunKeys];
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Most(TimeSpan one, TimeSpan? other) => other > one ? other.Value : one;
}
