using System.IO.Enumeration;

namespace K8sRecorder.Plugin.Sessions;

/// <summary>Which exchanges <c>list</c> shows. Names may have <c>*</c> and <c>?</c> in them; a text is looked for as it is, in any case.</summary>
internal sealed record ExchangeFilter
{
    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string? Namespace { get; init; }

    public string? Pod { get; init; }

    public string? Target { get; init; }

    public string? Text { get; init; }

    public int Limit { get; init; } = int.MaxValue;

    public bool HasPod(string? space, string? pod) => Matches(Namespace, space) && Matches(Pod, pod);

    public bool HasTime(DateTimeOffset at) => !(at < Since) && !(at >= Until);

    public bool HasTarget(string target) => Matches(Target, target);

    public bool HasText(ExchangeRow row) => Text is null
        || row.Text.Contains(Text, StringComparison.OrdinalIgnoreCase) || (row.Path?.Contains(Text, StringComparison.OrdinalIgnoreCase) ?? false);

    private static bool Matches(string? pattern, string? name) =>
        pattern is null || FileSystemName.MatchesSimpleExpression(pattern, name ?? "", ignoreCase: false);
}
