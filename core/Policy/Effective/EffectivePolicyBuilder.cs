using System.Net;
using K8sRecorder.Policy.Model;
using K8sRecorder.Policy.Validation;

namespace K8sRecorder.Policy.Effective;

/// <summary>Fills a valid document in with the defaults.</summary>
internal static class EffectivePolicyBuilder
{
    private const int DefaultMatchLength = 1024;

    /// <summary><paramref name="capture"/> is what a document means that says nothing about it: by hand the listeners, in a cluster all.</summary>
    public static EffectivePolicy Build(RecordingPolicyDocument document, CaptureMode capture)
    {
        var (spec, defaults) = (document.Spec, new EffectivePolicy());
        var mode = spec.Capture?.Mode ?? capture;
        var flush = spec.Spool?.FlushInterval ?? defaults.FlushInterval;
        return new EffectivePolicy
        {
            Sources = [Source(document)],
            Mode = spec.Mode ?? defaults.Mode,
            Capture = mode,
            // What only listeners see, they see; the rest goes by unseen, and to say otherwise would be untrue.
            Inbound = spec.Capture?.Inbound ?? (mode == CaptureMode.Redirect ? InboundMode.Record : InboundMode.Pass),
            Unmatched = spec.Capture?.Unmatched ?? (mode == CaptureMode.Listeners ? UnmatchedMode.Pass : UnmatchedMode.Record),
            Uninterceptable = spec.Capture?.Uninterceptable ?? defaults.Uninterceptable,
            Jwt = spec.Identity?.Jwt,
            RunKeyHeaders = Lower(spec.RunKeys.Select(key => key.Header ?? "")),
            IdleTimeout = spec.Session?.IdleTimeout ?? Least(defaults.IdleTimeout, spec.Session?.MaxAge),
            MaxAge = spec.Session?.MaxAge ?? Most(defaults.MaxAge, spec.Session?.IdleTimeout),
            SpoolSizeLimit = spec.Spool?.SizeLimit ?? defaults.SpoolSizeLimit,
            FlushInterval = flush,
            HeadInterval = spec.Spool?.HeadInterval ?? Least(defaults.HeadInterval, flush),
            BodyLimit = spec.Record?.Bodies?.Limit ?? defaults.BodyLimit,
            Rows = spec.Record?.Rows ?? defaults.Rows,
            BytesPerSession = spec.Limits?.BytesPerSession ?? defaults.BytesPerSession,
            RecordsPerSecond = spec.Limits?.RecordsPerSecond ?? defaults.RecordsPerSecond,
            OpenChannels = spec.Limits?.OpenChannels ?? defaults.OpenChannels,
            AdditionalCAs = spec.Trust?.AdditionalCAs?.SecretName is { } secret ? [secret] : [],
            Targets = [.. spec.Targets.Select(Target)],
            Masking = Masking(spec.Masking ?? new MaskingSpec()),
            Store = spec.Store?.Name,
            RetentionDays = spec.Retention?.Days,
        };
    }

    /// <summary>The document as sources are named.</summary>
    public static PolicySource Source(PolicyDocument document) => new(document.Kind, document.Metadata.Namespace, document.Metadata.Name ?? "");

    private static EffectiveTarget Target(TargetSpec target)
    {
        var protocol = target.Protocol ?? TargetProtocol.Auto;
        return new EffectiveTarget
        {
            Name = target.Name ?? "",
            Hosts = Lower(target.Hosts),
            Cidrs = [.. target.Cidrs.Select(cidr => IPNetwork.TryParse(cidr, out var network) ? network : default)],
            Ports = target.Ports,
            Protocol = protocol,
            Listen = target.Listen is { } listen && HostPort.TryParse(listen, out var at) && at.Address is { } address
                ? new IPEndPoint(address, at.Port) : null,
            Upstream = target.Upstream is { } upstream ? Upstream(upstream, target.Listen is not null && protocol is (TargetProtocol.HTTP or TargetProtocol.Auto)) : null,
            IsPassthrough = target.Upstream?.Tls?.Mode == UpstreamTlsMode.Passthrough,
            Credentials = target.Credentials,
            Guard = target.Guard,
            Approval = target.Approval,
        };
    }

    /// <summary>
    /// Behind a listener the agent's Host header names the listener, which no server answers to, so there the default
    /// is the upstream's name; captured traffic names the right host already.
    /// </summary>
    private static EffectiveUpstream? Upstream(UpstreamSpec upstream, bool isHttpListener)
    {
        var host = upstream.Host ?? (isHttpListener ? UpstreamHostMode.Upstream : UpstreamHostMode.Preserve);
        if (upstream.Address is null || !HostPort.TryParse(upstream.Address, out var at))
            return null;
        return new EffectiveUpstream
        {
            Host = at.Host.ToLowerInvariant(),
            Port = at.Port,
            Tls = upstream.Tls?.Mode ?? (at.Port == 443 ? UpstreamTlsMode.Verify : UpstreamTlsMode.Disable),
            ServerName = upstream.Tls?.ServerName ?? at.Host.ToLowerInvariant(),
            CaSecretName = upstream.Tls?.CaSecretName,
            HostHeader = host,
        };
    }

    private static EffectiveMasking Masking(MaskingSpec masking) => new()
    {
        Include = masking.Detectors?.Include ?? ["*"],
        Exclude = masking.Detectors?.Exclude ?? [],
        TagGuessable = masking.TagGuessable,
        Rules = [.. masking.Rules.Select(rule => new EffectiveMaskingRule(rule.Name ?? "", rule.Pattern ?? "", rule.MaxLength ?? DefaultMatchLength))],
        Headers = Lower(masking.Headers),
        JsonPaths = masking.Json,
        Columns = masking.Columns,
        Inline = masking.Inline ?? false,
    };

    private static List<string> Lower(IEnumerable<string> names) => [.. names.Select(name => name.ToLowerInvariant())];

    private static TimeSpan Least(TimeSpan one, TimeSpan? other) => other < one ? other.Value : one;

    private static TimeSpan Most(TimeSpan one, TimeSpan? other) => other > one ? other.Value : one;
}
