using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using K8sRecorder.Kube.Configuration;

namespace K8sRecorder.Kube.Credentials;

/// <summary>What a credential plugin printed: client.authentication.k8s.io/v1 ExecCredential.</summary>
internal sealed class ExecCredential
{
    private ExecCredential(KubeCredential credential, DateTimeOffset? expires)
    {
        Credential = credential;
        Expires = expires;
    }

    public KubeCredential Credential { get; }

    /// <summary>When to ask again; null: when the server refuses it.</summary>
    public DateTimeOffset? Expires { get; }

    /// <exception cref="CredentialException">It is none, in words that quote nothing of it.</exception>
    public static ExecCredential Parse(ReadOnlyMemory<byte> output, ExecPlugin plugin)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "kind") is not "ExecCredential" || Text(root, "apiVersion") != plugin.ApiVersion)
                throw Wrong(plugin, $"no ExecCredential of {plugin.ApiVersion}");
            if (!root.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Object)
                throw Wrong(plugin, "no status");
            var token = Text(status, "token");
            var certificate = Text(status, "clientCertificateData");
            var key = Text(status, "clientKeyData");
            if (certificate is null != key is null)
                throw Wrong(plugin, "a certificate without its key, or the other way round");
            if (token is null && certificate is null)
                throw Wrong(plugin, "neither a token nor a certificate");
            return new ExecCredential(
                new KubeCredential(
                    token is null ? null : TokenText.Check(token, $"what the credential plugin {Path.GetFileName(plugin.Command)} printed"),
                    certificate is null ? null : ClientCertificate.FromPem(certificate, key!)),
                Expiry(status, plugin));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // The latter where a text is not UTF-8.
            throw Wrong(plugin, "no JSON");
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException)
        {
            throw Wrong(plugin, "a certificate that does not fit its key");
        }
    }

    private static DateTimeOffset? Expiry(JsonElement status, ExecPlugin plugin)
    {
        if (Text(status, "expirationTimestamp") is not { } text)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time : throw Wrong(plugin, "an expirationTimestamp that is no time");
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static CredentialException Wrong(ExecPlugin plugin, string what) =>
        new($"the credential plugin {Path.GetFileName(plugin.Command)} printed {what}");
}
