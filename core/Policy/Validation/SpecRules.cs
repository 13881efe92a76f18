using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Validation;

/// <summary>What must hold of a recording policy beside its targets and its masking.</summary>
internal static class SpecRules
{
    private const long LeastSpool = 4L << 20;

    public static void Check(PolicyCheck check, RecordingPolicySpec spec)
    {
        SelectorRules.Check(check, "spec.selector", spec.Selector);
        SelectorRules.Check(check, "spec.namespaceSelector", spec.NamespaceSelector);
        CheckIdentity(check, spec.Identity?.Jwt);
        CheckRunKeys(check, spec.RunKeys);
        CheckSession(check, spec.Session);
        CheckSpool(check, spec.Spool);
        CheckLimits(check, spec);
        if (spec.Trust is { } trust)
            check.Required("spec.trust.additionalCAs.secretName", trust.AdditionalCAs?.SecretName, Names.IsObjectName, Names.ObjectForm);
        if (spec.Store is { } store)
            check.Required("spec.store.name", store.Name, Names.IsObjectName, "the name of a RecordingStore, such as default");
        if (spec.Retention is { Days: null })
            check.Report("spec.retention.days", "is missing; write a number of days");
        check.Between("spec.retention.days", spec.Retention?.Days, 1, 36_500);
    }

    private static void CheckIdentity(PolicyCheck check, JwtIdentitySpec? jwt)
    {
        if (jwt is null)
            return;
        const string path = "spec.identity.jwt";
        check.Required(path + ".header", jwt.Header, Names.IsHeader, Names.HeaderForm);
        check.Required(path + ".issuer", jwt.Issuer, IsIssuer, "an https URL without query, such as https://idp.example.com");
        if (jwt.Audiences.Count == 0)
            check.Report(path + ".audiences", "is missing; a token made for somebody else must not count, so name at least one audience");
        check.Each(path + ".audiences", jwt.Audiences, PolicyLimits.Audiences, audience => audience.Length is > 0 and <= 1024, "an audience");
        check.Optional(path + ".groupsClaim", jwt.GroupsClaim, claim => claim.Length is > 0 and <= 128, "the name of a claim");
    }

    private static void CheckRunKeys(PolicyCheck check, IReadOnlyList<RunKeySpec> keys)
    {
        const string path = "spec.runKeys";
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        check.AtMost(path, keys.Count, PolicyLimits.RunKeys);
        for (var i = 0; i < keys.Count; i++)
        {
            var item = FieldPath.Item(path, i) + ".header";
            check.Required(item, keys[i].Header, Names.IsHeader, Names.HeaderForm);
            if (keys[i].Header is { } header && !seen.Add(header))
                check.Report(item, $"{Shown.Quoted(header)} stands in the list twice; remove one");
        }
    }

    private static void CheckSession(PolicyCheck check, SessionSpec? session)
    {
        check.Positive("spec.session.idleTimeout", session?.IdleTimeout);
        check.Positive("spec.session.maxAge", session?.MaxAge);
        if (session?.MaxAge > TimeSpan.Zero && session.IdleTimeout > session.MaxAge)
            check.Report("spec.session.idleTimeout", "must not be longer than maxAge, or it never counts; shorten it");
    }

    private static void CheckSpool(PolicyCheck check, SpoolSpec? spool)
    {
        check.Positive("spec.spool.flushInterval", spool?.FlushInterval);
        check.Positive("spec.spool.headInterval", spool?.HeadInterval);
        var flush = spool?.FlushInterval ?? new EffectivePolicy().FlushInterval;
        if (flush > TimeSpan.Zero && spool?.HeadInterval > flush)
            check.Report("spec.spool.headInterval",
                spool.FlushInterval is null ? "must not be longer than flushInterval, which is 60s unless written" : "must not be longer than flushInterval");
        if (spool?.SizeLimit < LeastSpool)
            check.Report("spec.spool.sizeLimit", "must be at least 4Mi, so that a chunk and the one before it fit");
    }

    private static void CheckLimits(PolicyCheck check, RecordingPolicySpec spec)
    {
        if (spec.Record?.Bodies?.Limit == 0)
            check.Report("spec.record.bodies.limit", "must be at least 1");
        if (spec.Limits?.BytesPerSession == 0)
            check.Report("spec.limits.bytesPerSession", "must be at least 1");
        check.Between("spec.limits.recordsPerSecond", spec.Limits?.RecordsPerSecond, 1, 1_000_000);
        check.Between("spec.limits.openChannels", spec.Limits?.OpenChannels, 1, 100_000);
    }

    private static bool IsIssuer(string text) =>
        text.Length <= 2048 && Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "https", Query: "", Fragment: "", UserInfo: "" };
}
