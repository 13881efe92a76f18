using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Validation;

/// <summary>What must hold of a target's credentials, guard rules and approval.</summary>
internal static class AccessRules
{
    private const string GlobForm = "a name or a glob with *, such as shell.*";
    private static readonly TargetProtocol[] HttpProtocols = [TargetProtocol.Auto, TargetProtocol.HTTP];
    private static readonly TargetProtocol[] SqlProtocols = [TargetProtocol.Auto, TargetProtocol.PostgreSQL, TargetProtocol.MySQL];

    public static void Check(PolicyCheck check, string path, TargetSpec target)
    {
        if (target.Credentials is { } credentials)
            CheckCredentials(check, path + ".credentials", credentials);
        var names = new HashSet<string>();
        check.AtMost(path + ".guard", target.Guard.Count, PolicyLimits.Rules);
        for (var i = 0; i < target.Guard.Count; i++)
        {
            var rule = FieldPath.Item(path + ".guard", i);
            check.Required(rule + ".name", target.Guard[i].Name, Names.IsLabel, Names.LabelForm);
            if (target.Guard[i].Name is { } name && !names.Add(name))
                check.Report(rule + ".name", $"{Shown.Quoted(name)} stands in the list twice; give each rule its own name");
            CheckDeny(check, rule + ".deny", target.Guard[i].Deny, target.Protocol ?? TargetProtocol.Auto);
        }
        if (target.Approval is not { } approval)
            return;
        if (approval.Required is null)
            check.Report(path + ".approval.required", "is missing; write true or false");
        check.Positive(path + ".approval.ttl", approval.Ttl);
        check.Between(path + ".approval.approvers", approval.Approvers, 1, 10);
    }

    private static void CheckCredentials(PolicyCheck check, string path, CredentialsSpec credentials)
    {
        check.Required(path + ".secretName", credentials.SecretName, Names.IsObjectName, Names.ObjectForm);
        switch (credentials.Kind)
        {
            case CredentialKind.Header:
                check.Required(path + ".header", credentials.Header, Names.IsHeader, Names.HeaderForm);
                check.Optional(path + ".format", credentials.Format, IsFormat, "a header's value with {token} in it once, such as Bearer {token}");
                Absent(check, path + ".usernameKey", credentials.UsernameKey, "UserPassword");
                Absent(check, path + ".passwordKey", credentials.PasswordKey, "UserPassword");
                break;
            case CredentialKind.UserPassword:
                check.Required(path + ".usernameKey", credentials.UsernameKey, Names.IsSecretKey, Names.KeyForm);
                check.Required(path + ".passwordKey", credentials.PasswordKey, Names.IsSecretKey, Names.KeyForm);
                Absent(check, path + ".header", credentials.Header, "Header");
                Absent(check, path + ".format", credentials.Format, "Header");
                break;
            default:
                check.Report(path + ".kind", "is missing; write Header or UserPassword");
                break;
        }
    }

    private static void CheckDeny(PolicyCheck check, string path, GuardDenySpec? deny, TargetProtocol protocol)
    {
        if (deny is null)
        {
            check.Report(path, "is missing; write what the rule refuses");
            return;
        }
        check.Each(path + ".method", deny.Method, PolicyLimits.Conditions, Names.IsHeader, "an HTTP method, such as POST");
        check.Each(path + ".path", deny.Path, PolicyLimits.Conditions, IsPathGlob, "a glob over the path, such as /v1/files/*, without query, blanks and dot segments");
        check.Each(path + ".tool", deny.Tool, PolicyLimits.Conditions, IsGlob, GlobForm);
        check.Each(path + ".statement", deny.Statement, PolicyLimits.Conditions, IsStatement, "a kind of statement in upper case, such as DROP");
        check.Each(path + ".tables", deny.Tables, PolicyLimits.Conditions, IsGlob, "a table or a glob, such as pci.*");
        check.Between(path + ".maxRows", deny.MaxRows, 1, int.MaxValue);
        PatternRules.Check(check, path + ".pattern", deny.Pattern, mustHaveLiteral: false);

        if (deny.WithoutWhere == true && deny.Statement.Count == 0)
            check.Report(path + ".withoutWhere", "needs statement beside it, such as [ DELETE, UPDATE ]");
        if (deny is { Method: [], Path: [], Tool: [], Statement: [], Tables: [], MaxRows: null, Pattern: null, WithoutWhere: not true })
            check.Report(path, "refuses nothing; write at least one condition");
        Only(check, path + ".method", deny.Method.Count > 0, protocol, HttpProtocols);
        Only(check, path + ".path", deny.Path.Count > 0, protocol, HttpProtocols);
        Only(check, path + ".tool", deny.Tool.Count > 0, protocol, HttpProtocols);
        Only(check, path + ".statement", deny.Statement.Count > 0, protocol, SqlProtocols);
        Only(check, path + ".tables", deny.Tables.Count > 0, protocol, SqlProtocols);
        Only(check, path + ".maxRows", deny.MaxRows is not null, protocol, SqlProtocols);
    }

    private static void Only(PolicyCheck check, string path, bool isWritten, TargetProtocol protocol, TargetProtocol[] allowed)
    {
        if (isWritten && !allowed.Contains(protocol))
            check.Report(path, $"has no meaning for protocol {protocol}, only for {string.Join(", ", allowed)}; remove it");
    }

    private static void Absent(PolicyCheck check, string path, string? value, string kind)
    {
        if (value is not null)
            check.Report(path, $"has a meaning only with kind {kind}; remove it");
    }

    private static bool IsFormat(string format)
    {
        const string token = "{token}";
        var at = format.IndexOf(token, StringComparison.Ordinal);
        return at >= 0 && format.IndexOf(token, at + 1, StringComparison.Ordinal) < 0 && format.Length <= 1024 && format.All(c => c is >= ' ' and <= '~');
    }

    /// <summary>What a path never has in it, or never keeps, would make a rule that denies nothing.</summary>
    private static bool IsPathGlob(string glob) =>
        glob.Length is > 0 and <= 1024 && glob[0] is '/' or '*' && !glob.Any(c => c is '?' or '#' || char.IsControl(c) || char.IsWhiteSpace(c))
        && !glob.Split('/').Any(segment => segment is "." or "..");

    private static bool IsGlob(string glob) => glob.Length is > 0 and <= 256 && !glob.Any(char.IsControl) && !glob.Any(char.IsWhiteSpace);

    private static bool IsStatement(string text) => text.Length is > 0 and <= 64 && text.Split(' ').All(word => word.Length > 0 && word.All(char.IsAsciiLetterUpper));
}
