using System.Text.Json.Nodes;
using K8sRecorder.Policy.Validation;

namespace K8sRecorder.Crds;

/// <summary>
/// What the validator demands of a type or a field, as far as a schema can say it. A message names the field, because an
/// API server shows it as it stands. Everything has a bound: it is what the cost of a rule is reckoned by.
/// </summary>
internal static class Constraints
{
    private const string Label = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
    private const string ObjectName = @"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
    private const string Token = "^[-!#$%&'*+.^_`|~0-9A-Za-z]+$";
    private const string SecretKey = "^[-._0-9A-Za-z]+$";
    private const string LabelKey = "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$";
    private const string LabelValue = "^([A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?)?$";
    private const string HostForm = @"^((\*\.)?[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?)*|[0-9A-Fa-f:.]+)$";
    private const string AddressForm = @"^([A-Za-z0-9_][-A-Za-z0-9_.]*|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}$";
    private const string ListenForm = @"^(127(\.[0-9]{1,3}){3}|\[[0:]+1\]|\[::[Ff]{4}:127(\.[0-9]{1,3}){3}\]):[1-9][0-9]{0,4}$";
    private const string UrlForm = "^[Hh][Tt][Tt][Pp][Ss]?://[^?#@ ]+$";

    private static readonly Dictionary<string, Action<JsonObject>> All = new(StringComparer.Ordinal)
    {
        ["RecordingPolicySpec.Mode"] = Default("Buffered"),
        ["RecordingPolicySpec.Capture"] = Default(new JsonObject()),
        ["CaptureSpec.Mode"] = Default("Redirect"),
        ["RecordingPolicySpec.RunKeys"] = List(PolicyLimits.RunKeys, "header"),
        ["RecordingPolicySpec.Targets"] = List(PolicyLimits.Targets, "name").Then(Rules(
            ("self.all(a, !has(a.listen) || self.exists_one(b, has(b.listen) && b.listen == a.listen))", "spec.targets[].listen: two targets listen at one address; give each target its own port"),
            ("self.all(a, !has(a.upstream) || !has(a.upstream.address) || !self.exists(b, has(b.listen) && b.listen == a.upstream.address))", "spec.targets[].upstream.address: is the listener of a target: it would speak with itself"))),
        ["LabelSelectorSpec.MatchLabels"] = schema =>
        {
            schema["maxProperties"] = PolicyLimits.MatchLabels;
            Text(LabelValue, 63, 0)(schema["additionalProperties"]!.AsObject());
        },
        ["LabelSelectorSpec.MatchExpressions"] = List(PolicyLimits.MatchExpressions),
        ["LabelRequirement"] = Required("key", "operator").Then(Rules(
            ("(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)", "values: In and NotIn compare with at least one value, Exists and DoesNotExist with none"))),
        ["LabelRequirement.Key"] = Text(LabelKey, 317),
        ["LabelRequirement.Values"] = Set(PolicyLimits.MatchValues, LabelValue, 63, 0),
        ["JwtIdentitySpec"] = Required("header", "issuer", "audiences"),
        ["JwtIdentitySpec.Header"] = Text(Token, 256),
        ["JwtIdentitySpec.Issuer"] = Text("^[Hh][Tt][Tt][Pp][Ss]://[^?#@ ]+$", 2048),
        ["JwtIdentitySpec.Audiences"] = Set(PolicyLimits.Audiences, null, 1024).Then(schema => schema["minItems"] = 1),
        ["JwtIdentitySpec.GroupsClaim"] = Text(null, 128),
        ["JwtIdentitySpec.Required"] = Default(false),
        ["RunKeySpec"] = Required("header"),
        ["RunKeySpec.Header"] = Text(Token, 256),
        ["SessionSpec"] = Rules(("!has(self.idleTimeout) || !has(self.maxAge) || self.idleTimeout <= self.maxAge", "spec.session.idleTimeout: must not be longer than maxAge, or it never counts; shorten it")),
        ["SpoolSpec"] = Rules(("!has(self.headInterval) || self.headInterval <= (has(self.flushInterval) ? self.flushInterval : duration('60s'))", "spec.spool.headInterval: must not be longer than flushInterval, which is 60s unless written")),
        ["SpoolSpec.SizeLimit"] = Rules((AtLeast("4194304", "4Mi"), "spec.spool.sizeLimit: must be at least 4Mi, so that a chunk and the one before it fit")),
        ["BodiesSpec.Limit"] = Rules((AtLeast("1", "1"), "spec.record.bodies.limit: must be at least 1")),
        ["LimitsSpec.BytesPerSession"] = Rules((AtLeast("1", "1"), "spec.limits.bytesPerSession: must be at least 1")),
        ["LimitsSpec.RecordsPerSecond"] = Between(1, 1_000_000),
        ["LimitsSpec.OpenChannels"] = Between(1, 100_000),
        ["TrustSpec"] = Required("additionalCAs"),
        ["SecretReference"] = Required("secretName"),
        ["SecretReference.SecretName"] = Text(ObjectName, 253),
        ["TargetSpec"] = Required("name").Then(Rules(
            ("(has(self.hosts) && size(self.hosts) > 0) || (has(self.cidrs) && size(self.cidrs) > 0) || has(self.listen)", "spec.targets[]: selects nothing; give it hosts or cidrs, or a listen address with an upstream"),
            ("!has(self.listen) || (has(self.upstream) && has(self.upstream.address))", "spec.targets[].upstream.address: is missing; a listener needs to know where its traffic goes: write host:port, such as orders.db.svc:5432"),
            ("!(has(self.upstream) && has(self.upstream.tls) && has(self.upstream.tls.mode) && self.upstream.tls.mode == 'Passthrough') || (self.protocol in ['Auto', 'TCP'] && !has(self.upstream.host) && !has(self.credentials) && (!has(self.guard) || size(self.guard) == 0))", "spec.targets[].upstream.tls.mode: Passthrough leaves unread what protocol, upstream.host, credentials and guard need; remove one of the two"),
            ("!has(self.guard) || self.protocol in ['Auto', 'HTTP'] || self.guard.all(g, " + Empty("g.deny", "method", "path", "tool") + ")", "spec.targets[].guard[].deny: method, path and tool have a meaning only for protocol HTTP; remove them"),
            ("!has(self.guard) || self.protocol in ['Auto', 'PostgreSQL', 'MySQL'] || self.guard.all(g, " + Empty("g.deny", "statement", "tables") + " && !has(g.deny.maxRows))", "spec.targets[].guard[].deny: statement, tables and maxRows have a meaning only for protocols PostgreSQL and MySQL; remove them"))),
        ["TargetSpec.Name"] = Text(Label, 63).Then(Rules(("!(self in ['unmatched', 'inbound'])", "spec.targets[].name: unmatched and inbound are what recordings call traffic of no target; give it another name"))),
        ["TargetSpec.Hosts"] = Set(PolicyLimits.Hosts, HostForm, 255),
        ["TargetSpec.Cidrs"] = Set(PolicyLimits.Cidrs, "^[0-9A-Fa-f:.]+/[0-9]{1,3}$", 43),
        ["TargetSpec.Ports"] = Set(PolicyLimits.Ports).Then(schema => Between(1, 65535)(schema["items"]!.AsObject())),
        ["TargetSpec.Protocol"] = Default("Auto"),
        ["TargetSpec.Listen"] = Text(ListenForm, 64),
        ["TargetSpec.Guard"] = List(PolicyLimits.Rules, "name"),
        ["UpstreamSpec"] = Rules(("!has(self.tls) || has(self.tls.mode) || (has(self.address) && self.address.endsWith(':443'))", "spec.targets[].upstream.tls.mode: is missing; Verify is the default only on port 443: write Verify, Disable or Passthrough")),
        ["UpstreamSpec.Address"] = Text(AddressForm, 259),
        ["UpstreamTlsSpec"] = Rules(("!has(self.mode) || self.mode == 'Verify' || (!has(self.serverName) && !has(self.caSecretName))", "spec.targets[].upstream.tls: serverName and caSecretName have a meaning only with mode Verify; remove them or write mode: Verify")),
        ["UpstreamTlsSpec.ServerName"] = Text("^([A-Za-z0-9_]([-A-Za-z0-9_.]*[A-Za-z0-9_])?|[0-9A-Fa-f:.]+)$", 253),
        ["UpstreamTlsSpec.CaSecretName"] = Text(ObjectName, 253),
        ["CredentialsSpec"] = Required("secretName", "kind").Then(Rules(
            ("self.kind == 'Header' ? has(self.header) && !has(self.usernameKey) && !has(self.passwordKey) : has(self.usernameKey) && has(self.passwordKey) && !has(self.header) && !has(self.format)", "spec.targets[].credentials: kind Header has header and format, kind UserPassword has usernameKey and passwordKey"))),
        ["CredentialsSpec.SecretName"] = Text(ObjectName, 253),
        ["CredentialsSpec.Header"] = Text(Token, 256),
        ["CredentialsSpec.Format"] = Text("^[ -z|~]*[{]token[}][ -z|~]*$", 1024),
        ["CredentialsSpec.UsernameKey"] = Text(SecretKey, 253),
        ["CredentialsSpec.PasswordKey"] = Text(SecretKey, 253),
        ["GuardRuleSpec"] = Required("name", "deny"),
        ["GuardRuleSpec.Name"] = Text(Label, 63),
        ["GuardDenySpec"] = Rules(
            ("!(" + Empty("self", "method", "path", "tool", "statement", "tables") + ") || has(self.maxRows) || has(self.pattern)", "spec.targets[].guard[].deny: refuses nothing; write at least one condition"),
            ("!has(self.withoutWhere) || !self.withoutWhere || (has(self.statement) && size(self.statement) > 0)", "spec.targets[].guard[].deny.withoutWhere: needs statement beside it, such as [ DELETE, UPDATE ]")),
        ["GuardDenySpec.Method"] = Set(PolicyLimits.Conditions, Token, 256),
        ["GuardDenySpec.Path"] = Set(PolicyLimits.Conditions, @"^[/*][^?#\s]*$", 1024),
        ["GuardDenySpec.Tool"] = Set(PolicyLimits.Conditions, @"^\S+$", 256),
        ["GuardDenySpec.Statement"] = Set(PolicyLimits.Conditions, "^[A-Z]+( [A-Z]+)*$", 64),
        ["GuardDenySpec.Tables"] = Set(PolicyLimits.Conditions, @"^\S+$", 256),
        ["GuardDenySpec.MaxRows"] = Between(1, int.MaxValue),
        ["GuardDenySpec.Pattern"] = Text(null, 1024),
        ["ApprovalSpec"] = Required("required"),
        ["ApprovalSpec.Approvers"] = Between(1, 10),
        ["DetectorsSpec.Include"] = Set(PolicyLimits.Masked, null, 128),
        ["DetectorsSpec.Exclude"] = Set(PolicyLimits.Masked, null, 128),
        ["MaskingSpec.TagGuessable"] = Set(PolicyLimits.Masked, null, 128),
        ["MaskingSpec.Rules"] = List(PolicyLimits.MaskingRules, "name"),
        ["MaskingSpec.Headers"] = Set(PolicyLimits.Masked, Token, 256),
        ["MaskingSpec.Json"] = Set(PolicyLimits.Masked, @"^\$.+$", 1024),
        ["MaskingSpec.Columns"] = Set(PolicyLimits.Masked, @"^[^.]+(\.[^.]+){0,2}$", 386),
        ["MaskingSpec.Inline"] = Default(false),
        ["MaskingRuleSpec"] = Required("name", "pattern"),
        ["MaskingRuleSpec.Name"] = Text(Label, 63),
        ["MaskingRuleSpec.Pattern"] = Text(null, 1024),
        ["MaskingRuleSpec.MaxLength"] = Between(1, 16384).Then(Default(1024)),
        ["StoreReference"] = Required("name"),
        ["StoreReference.Name"] = Text(ObjectName, 253),
        ["RetentionSpec"] = Required("days"),
        ["RetentionSpec.Days"] = Between(1, 36_500),
        ["RecordingStoreSpec"] = Rules(("(has(self.azureBlob) ? 1 : 0) + (has(self.s3) ? 1 : 0) + (has(self.folder) ? 1 : 0) == 1", "spec: a RecordingStore is exactly one of azureBlob, s3, folder")),
        ["AzureBlobStoreSpec"] = Required("containerUrl"),
        ["AzureBlobStoreSpec.ContainerUrl"] = Text("^[Hh][Tt][Tt][Pp][Ss]?://[^?#@/ ]+/[^?#@ ]*[^?#@/ ]/?$", 2048),
        ["S3StoreSpec"] = Required("bucket", "region"),
        ["S3StoreSpec.Bucket"] = Text(ObjectName, 63, 3),
        ["S3StoreSpec.Region"] = Text(Label, 63),
        ["S3StoreSpec.Endpoint"] = Text(UrlForm, 2048),
        ["FolderStoreSpec"] = Required("path"),
        ["FolderStoreSpec.Path"] = Text("^/", 4096),
    };

    /// <summary>The types and fields that are spoken of, to be held against the model.</summary>
    public static IEnumerable<string> Names => All.Keys;

    public static void Apply(string name, JsonObject schema)
    {
        if (All.TryGetValue(name, out var constraint))
            constraint(schema);
    }

    public static JsonObject Rule(string rule, string message) => new() { ["rule"] = rule, ["message"] = message };

    private static Action<JsonObject> Then(this Action<JsonObject> first, Action<JsonObject> second) => first + second;

    private static Action<JsonObject> Rules(params (string Rule, string Message)[] rules) => schema =>
    {
        var all = schema["x-kubernetes-validations"]?.AsArray() ?? [];
        foreach (var (rule, message) in rules)
            all.Add(Rule(rule, message));
        schema["x-kubernetes-validations"] = all;
    };

    private static Action<JsonObject> Default(JsonNode value) => schema => schema["default"] = value.DeepClone();

    private static Action<JsonObject> Required(params string[] names) => schema => schema["required"] = new JsonArray([.. names.Select(name => (JsonNode)name)]);

    private static Action<JsonObject> Text(string? pattern, int most, int least = 1) => schema =>
    {
        schema["minLength"] = least;
        schema["maxLength"] = most;
        if (pattern is not null)
            schema["pattern"] = pattern;
    };

    private static Action<JsonObject> Between(int least, int most) => schema =>
    {
        schema["minimum"] = least;
        schema["maximum"] = most;
    };

    /// <summary>A list whose items have a key of their own, or none.</summary>
    private static Action<JsonObject> List(int most, string? key = null) => schema =>
    {
        schema["maxItems"] = most;
        schema["x-kubernetes-list-type"] = key is null ? "atomic" : "map";
        if (key is not null)
            schema["x-kubernetes-list-map-keys"] = new JsonArray(key);
    };

    private static Action<JsonObject> Set(int most) => schema =>
    {
        schema["maxItems"] = most;
        schema["x-kubernetes-list-type"] = "set";
    };

    private static Action<JsonObject> Set(int most, string? pattern, int longest, int shortest = 1) =>
        Set(most).Then(schema => Text(pattern, longest, shortest)(schema["items"]!.AsObject()));

    private static string AtLeast(string number, string quantity) => $"type(self) == int ? self >= {number} : quantity(string(self)).compareTo(quantity('{quantity}')) >= 0";

    private static string Empty(string parent, params string[] lists) => string.Join(" && ", lists.Select(list => $"(!has({parent}.{list}) || size({parent}.{list}) == 0)"));
}
