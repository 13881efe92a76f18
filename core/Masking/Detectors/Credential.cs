using static K8sRecorder.Masking.Detectors.BuiltIn;
using static K8sRecorder.Masking.Detectors.Pattern;

namespace K8sRecorder.Masking.Detectors;

/// <summary>Credentials of no provider in particular.</summary>
internal static class Credential
{
    public static IReadOnlyList<Detector> All { get; } =
    [
        Structure("jwt", "token", "JSON web token", 128, TokenLength, Exactly(new JwtMatcher(), "eyJ")),
        Structure("private-key", "key", "Private key in PEM or PGP armor", 128, TokenLength, Exactly(new PrivateKeyMatcher(), "-----BEGIN ", "-----BEGIN+")),
        Structure("age-key", "key", "age secret key", 250, 58,
            Exactly(new TokenMatcher(ByteClasses.UpperDigits, 58, 58) { Entropy = 3 }, "AGE-SECRET-KEY-1")),
        Context("url-password", "database", "Password in a URL or connection URL", 512, Exactly(new UrlPasswordMatcher(), "://")),
        Context("bearer", "token", "Credentials after Bearer", 4096, AnyCase(new CredentialsMatcher(isBasic: false), "bearer")),
        Context("basic", "token", "Credentials after Basic", 1024, AnyCase(new CredentialsMatcher(isBasic: true), "basic")),
        Context("oauth-answer", "token", "Tokens and client secret of an OAuth exchange", 4096,
            AnyCase(new AssignmentMatcher(ValueJudge.OAuth),
                "access_token", "accesstoken", "refresh_token", "refreshtoken", "id_token", "idtoken", "client_secret", "clientsecret", "client_assertion")),
        Context("password-assignment", "generic", "Value given to a name like password", 512,
            AnyCase(new AssignmentMatcher(ValueJudge.Password), "password", "passwd", "passphrase"),
            AnyCase(new AssignmentMatcher(ValueJudge.Password) { IsWholeWord = true }, "pwd")),
        Context("secret-assignment", "generic", "Random value given to a name like secret, token or api_key", 4096,
            AnyCase(new AssignmentMatcher(ValueJudge.Token),
                "secret", "token", "apikey", "api_key", "api-key", "credential", "private_key", "privatekey", "access_key", "accesskey",
                "signing_key", "encryption_key"),
            AnyCase(new AssignmentMatcher(ValueJudge.Token) { HasScheme = true }, "authorization")),
    ];

    private const int TokenLength = 8192;
}
