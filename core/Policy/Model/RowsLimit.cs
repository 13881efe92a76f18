using System.Globalization;

namespace K8sRecorder.Policy.Model;

/// <summary><c>All</c>, <c>First(n)</c> or <c>Count</c>.</summary>
/// <param name="Mode">Which of the three.</param>
/// <param name="Rows">The n of <c>First(n)</c>, else 0.</param>
public readonly record struct RowsLimit(RowsMode Mode, int Rows = 0)
{
    /// <summary>The form that a policy writes.</summary>
    public override string ToString() =>
        Mode == RowsMode.First ? string.Create(CultureInfo.InvariantCulture, $"First({Rows})") : Mode.ToString();
}
