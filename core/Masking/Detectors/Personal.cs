using static K8sRecorder.Masking.Detectors.BuiltIn;

namespace K8sRecorder.Masking.Detectors;

/// <summary>What belongs to people.</summary>
internal static class Personal
{
    public static IReadOnlyList<Detector> All { get; } =
    [
        Structure("credit-card", "payment", "Payment card number", 40, 23, Pattern.Class(new CardMatcher(), "23456", ByteClasses.Digits)),
    ];
}
