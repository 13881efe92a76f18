namespace K8sRecorder.Kube.Credentials;

/// <summary>A bearer token goes into a header: visible ASCII only.</summary>
internal static class TokenText
{
    private const int MaxLength = 64 * 1024;

    public static string Check(string token, string source)
    {
        if (token.Length is 0 or > MaxLength || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new CredentialException($"{source} holds no bearer token");
        return token;
    }
}
