using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Binding;

/// <summary>A target of a recording policy.</summary>
internal static class TargetBinder
{
    public static TargetSpec Target(MappingReader from) => new()
    {
        Name = from.Text("name"),
        Hosts = from.Texts("hosts") ?? [],
        Cidrs = from.Texts("cidrs") ?? [],
        Ports = from.Numbers("ports"),
        Protocol = from.Choice<TargetProtocol>("protocol"),
        Listen = from.Text("listen"),
        Upstream = from.Object("upstream", Upstream),
        Credentials = from.Object("credentials", Credentials),
        Guard = from.Objects("guard", rule => new GuardRuleSpec { Name = rule.Text("name"), Deny = rule.Object("deny", Deny) }),
        Approval = from.Object("approval", Approval),
    };

    private static UpstreamSpec Upstream(MappingReader from) => new()
    {
        Address = from.Text("address"),
        Tls = from.Object("tls", tls => new UpstreamTlsSpec
        {
            Mode = tls.Choice<UpstreamTlsMode>("mode"),
            ServerName = tls.Text("serverName"),
            CaSecretName = tls.Text("caSecretName"),
        }),
        Host = from.Choice<UpstreamHostMode>("host"),
    };

    private static CredentialsSpec Credentials(MappingReader from) => new()
    {
        SecretName = from.Text("secretName"),
        Kind = from.Choice<CredentialKind>("kind"),
        Header = from.Text("header"),
        Format = from.Text("format"),
        UsernameKey = from.Text("usernameKey"),
        PasswordKey = from.Text("passwordKey"),
    };

    private static GuardDenySpec Deny(MappingReader from) => new()
    {
        Method = from.Texts("method") ?? [],
        Path = from.Texts("path") ?? [],
        Tool = from.Texts("tool") ?? [],
        Statement = from.Texts("statement") ?? [],
        WithoutWhere = from.Flag("withoutWhere"),
        Tables = from.Texts("tables") ?? [],
        MaxRows = from.Number("maxRows"),
        Pattern = from.Text("pattern"),
    };

    private static ApprovalSpec Approval(MappingReader from) => new()
    {
        Required = from.Flag("required"),
        Ttl = from.Duration("ttl"),
        Approvers = from.Number("approvers"),
    };
}
