using System.Globalization;

namespace K8sRecorder.Operator.Injection;

/// <summary>The recorder's uid in a namespace.</summary>
internal static class RecorderUid
{
    public const string OpenShiftRange = "openshift.io/sa.scc.uid-range";

    /// <summary>
    /// OpenShift gives each namespace a range (<c>1000680000/10000</c> or <c>1000680000-1000689999</c>) and every container its first uid; the recorder takes
    /// the last.
    /// </summary>
    public static long In(NamespaceFacts ns, InjectionOptions options)
    {
        if (ns.Annotations.GetValueOrDefault(OpenShiftRange) is not { } range || range.IndexOfAny(['/', '-']) is not (> 0 and var at))
            return options.Uid;
        if (!TryRead(range[..at], out var first) || !TryRead(range[(at + 1)..], out var second))
            return options.Uid;
        var last = range[at] == '/' ? first + second - 1 : second;
        return first is > 0 && last > first && last < uint.MaxValue ? last : options.Uid;
    }

    private static bool TryRead(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= uint.MaxValue;
}
