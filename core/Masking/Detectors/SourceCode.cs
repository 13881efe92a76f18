using static K8sRecorder.Masking.Detectors.BuiltIn;
using static K8sRecorder.Masking.Detectors.Pattern;

namespace K8sRecorder.Masking.Detectors;

/// <summary>Tokens of code hosting and package registries.</summary>
internal static class SourceCode
{
    public static IReadOnlyList<Detector> All { get; } =
    [
        // A wrong check digit does not clear a token: older ones and samples have none. A right one needs no entropy.
        Structure("github-token", "vcs", "GitHub token: personal, OAuth, app, refresh", 170, 600,
            Exactly(new TokenMatcher(ByteClasses.Alphanumeric, 36, 36) { Entropy = 0, IsExact = true, Judge = IsCheckedOrRandom },
                "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
            Exactly(new TokenMatcher(ByteClasses.Word, 82, 82) { Entropy = 3, IsExact = true }, "github_pat_"),
            Exactly(new TokenMatcher(ByteClasses.WordDashDot, 60, 600) { Entropy = 3.5, Judge = IsAppToken }, "ghs_")),
        Structure("gitlab-token", "vcs", "GitLab token: personal, deploy, runner, job, feed, …", 100, 320,
            Exactly(new TokenMatcher(ByteClasses.WordDashDot, 20, 320) { Entropy = 2.8, NotAfter = ByteClasses.WordDash },
                "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "gloas-", "glsoat-", "glffct-", "GR1348941")),
        Structure("npm-token", "vcs", "npm access token", 170, 36,
            Exactly(new TokenMatcher(ByteClasses.Alphanumeric, 36, 36) { Entropy = 0, IsExact = true, Judge = IsCheckedOrRandom }, "npm_")),
        Structure("pypi-token", "vcs", "PyPI upload token", 300, 512,
            Exactly(new TokenMatcher(ByteClasses.WordDash, 50, 512) { Entropy = 3 }, "pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw")),
        Structure("rubygems-token", "vcs", "RubyGems API key", 190, 48,
            Exactly(new TokenMatcher(ByteClasses.LowerHex, 48, 48) { Entropy = 2.5, IsExact = true }, "rubygems_")),
        Structure("docker-token", "vcs", "Docker personal access token", 160, 36,
            Exactly(new TokenMatcher(ByteClasses.WordDash, 27, 36) { Entropy = 3 }, "dckr_pat_", "dckr_oat_")),
    ];

    private static bool IsCheckedOrRandom(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> body) =>
        Crc32.IsChecked(body) || Randomness.Entropy(body) >= 2.8;

    private static bool IsAppToken(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> body) => body.IndexOf("_eyJ"u8) > 0;
}
