using System.Globalization;
using System.Text.Json.Nodes;
using K8sRecorder.Policy.Effective;

namespace K8sRecorder.Operator.Injection;

/// <summary>The volumes of a recorded pod. Only the bundle is also mounted by others, and by them to read.</summary>
internal static class RecorderVolumes
{
    private const int TokenSeconds = 3600;

    public static IEnumerable<JsonObject> Of(InjectionPlan plan)
    {
        // Beyond its limit the kubelet evicts the pod: the recorder's own limit is four fifths of it.
        yield return Empty(RecorderNames.Spool, null, Bytes(SpoolVolume(plan.Policy)));
        yield return Empty(RecorderNames.Keys, "Memory", "4Mi");
        yield return Projected(RecorderNames.Token, new JsonObject
        {
            ["serviceAccountToken"] = new JsonObject { ["audience"] = plan.Options.Audience, ["expirationSeconds"] = TokenSeconds, ["path"] = "token" },
        });
        yield return Empty(RecorderNames.NoToken, "Memory", "4Ki");
        if (IsCaptured(plan.Policy))
            yield return Empty(RecorderNames.Trust, null, "16Mi");
        if (Secrets(plan.Policy).ToList() is { Count: > 0 } secrets)
            yield return Projected(RecorderNames.Secrets, [.. secrets]);
        if (plan.Store.Folder is { } folder)
            yield return new JsonObject { ["name"] = RecorderNames.Store, ["hostPath"] = new JsonObject { ["path"] = folder, ["type"] = "DirectoryOrCreate" } };
    }

    public static bool IsCaptured(EffectivePolicy policy) => policy.Capture != Policy.Model.CaptureMode.Listeners;

    public static bool HasSecrets(EffectivePolicy policy) => Secrets(policy).Any();

    public static long SpoolVolume(EffectivePolicy policy) => policy.SpoolSizeLimit / 4 * 5;

    public static string Bytes(long bytes) => bytes % (1 << 20) == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20}Mi")
        : bytes.ToString(CultureInfo.InvariantCulture);

    /// <summary>Of each Secret only the keys that the policy names, as <c>secret/key</c>. What is not there keeps the pod from starting.</summary>
    private static IEnumerable<JsonObject> Secrets(EffectivePolicy policy)
    {
        var keys = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var secret in policy.AdditionalCAs)
            Name(secret, "ca.crt");
        foreach (var target in policy.Targets)
        {
            Name(target.Upstream?.CaSecretName, "ca.crt");
            if (target.Credentials is { Kind: Policy.Model.CredentialKind.UserPassword } login)
            {
                Name(login.SecretName, login.UsernameKey);
                Name(login.SecretName, login.PasswordKey);
            }
            else
                Name(target.Credentials?.SecretName, "token");
        }
        return keys.Select(secret => new JsonObject
        {
            ["secret"] = new JsonObject
            {
                ["name"] = secret.Key,
                ["items"] = new JsonArray([.. secret.Value.Select(key => new JsonObject { ["key"] = key, ["path"] = $"{secret.Key}/{key}" })]),
            },
        });

        void Name(string? secret, string? key)
        {
            if (secret is null || key is null)
                return;
            if (!keys.TryGetValue(secret, out var named))
                keys[secret] = named = new SortedSet<string>(StringComparer.Ordinal);
            named.Add(key);
        }
    }

    private static JsonObject Empty(string name, string? medium, string limit)
    {
        var folder = new JsonObject();
        if (medium is not null)
            folder["medium"] = medium;
        folder["sizeLimit"] = limit;
        return new JsonObject { ["name"] = name, ["emptyDir"] = folder };
    }

    private static JsonObject Projected(string name, params JsonNode[] sources) =>
        new() { ["name"] = name, ["projected"] = new JsonObject { ["defaultMode"] = 420, ["sources"] = new JsonArray(sources) } };
}
