using K8sRecorder.Masking.Detectors;
using K8sRecorder.Masking.Output;
using System.Buffers;
using System.Text;

namespace K8sRecorder.Masking.Headers;

/// <summary>Headers: some are masked whole whatever they hold, the others are looked through.</summary>
internal sealed class HeaderMasker
{
    private static readonly string[] Always =
    [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "apikey", "x-goog-api-key",
        "x-amz-security-token", "x-auth-token", "x-auth-key", "x-access-token", "x-csrf-token", "x-xsrf-token", "x-vault-token",
        "x-gitlab-token", "private-token", "job-token", "x-goog-iam-authorization-token", "openai-api-key", "anthropic-api-key", "x-openai-api-key",
        "x-anthropic-api-key", "ocp-apim-subscription-key", "x-functions-key", "x-ms-token-aad-access-token", "x-ms-token-aad-id-token",
        "x-ms-token-aad-refresh-token", "x-ms-copy-source-authorization", "x-amz-server-side-encryption-customer-key", "x-forwarded-access-token",
        "x-figma-token", "x-shopify-access-token", "dd-api-key", "dd-application-key", "x-honeycomb-team", "x-github-token", "x-slack-signature",
        "x-hub-signature", "x-hub-signature-256", "stripe-signature", "authentication-info", "x-id-token", "x-jwt-assertion", "x-goog-authenticated-user-jwt", "x-goog-iap-jwt-assertion",
        "x-amzn-oidc-data", "x-amzn-oidc-accesstoken", "cf-access-jwt-assertion", "cf-access-client-secret",
    ];

    /// <summary>Words that stay before the credentials. Anything else might be a part of them.</summary>
    private static readonly string[] Schemes =
    [
        "Basic", "Bearer", "Digest", "Negotiate", "NTLM", "Token", "ApiKey", "Api-Key", "Key", "DPoP", "OAuth", "GoogleLogin", "AWS",
        "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "SharedKey", "SharedKeyLite", "SharedAccessSignature", "Hawk", "HOBA", "Mutual", "vapid",
        "GenieKey", "GNAP", "PrivateToken", "SCRAM-SHA-1", "SCRAM-SHA-256", "ESSO", "SSWS", "Splunk",
    ];

    private readonly PipelinePool _pool;
    private readonly byte[][] _names;

    public HeaderMasker(PipelinePool pool, IReadOnlyList<string> more)
    {
        _pool = pool;
        _names = [.. Always.Concat(more).Select(n => Encoding.ASCII.GetBytes(n))];
    }

    public bool IsAlwaysMasked(ReadOnlySpan<byte> name)
    {
        foreach (var always in _names)
        {
            if (Ascii.EqualsIgnoreCase(always, name))
                return true;
        }

        return false;
    }

    public void Mask(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, IBufferWriter<byte> output, List<MaskedSpan> spans)
    {
        var pipeline = _pool.Rent(MaskingShape.HeaderValue);
        if (IsAlwaysMasked(name))
        {
            if (Ascii.EqualsIgnoreCase(name, "cookie"u8))
                CookiePairs.AddRequest(value, pipeline.Queue);
            else if (Ascii.EqualsIgnoreCase(name, "set-cookie"u8))
                CookiePairs.AddResponse(value, pipeline.Queue);
            else
                AddCredentials(value, pipeline.Queue);
        }

        pipeline.Write(value, output, spans);
        pipeline.Complete(output, spans);
        _pool.Return(pipeline, MaskingShape.HeaderValue);
    }

    private static void AddCredentials(ReadOnlySpan<byte> value, RangeQueue queue)
    {
        var start = 0;
        var space = value.IndexOf((byte)' ');
        if (space > 0 && IsScheme(value[..space]))
            start = space + 1;
        var rest = value[start..];
        var lead = rest.Length - rest.TrimStart(" \t"u8).Length;
        rest = rest.Trim(" \t"u8);
        if (!Marker.IsAll(rest))
            queue.Add(new MaskRange(start + lead, start + lead + rest.Length, "header", Rank.Field, null, 0, false));
    }

    private static bool IsScheme(ReadOnlySpan<byte> word)
    {
        foreach (var scheme in Schemes)
        {
            if (Ascii.EqualsIgnoreCase(word, scheme))
                return true;
        }

        return false;
    }
}
