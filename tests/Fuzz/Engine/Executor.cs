using System.Diagnostics;
using System.Globalization;

namespace K8sRecorder.Fuzz.Engine;

/// <summary>Runs a target on an input and judges it.</summary>
internal sealed class Executor(FuzzTarget target, bool watchTime)
{
    private readonly Measure _measure = new();

    /// <summary>Branches of the last run.</summary>
    public IReadOnlyList<int> Features => _measure.Features;

    public long Count { get; private set; }

    /// <summary>One run. A limit of time or memory counts only if it is crossed again at once: the first time may be the compiler's.</summary>
    public Outcome Run(byte[] input)
    {
        var outcome = RunOnce(input);
        for (var again = 0; again < 3 && outcome.Kind is "slow" or "memory"; again++)
            outcome = RunOnce(input);
        return outcome;
    }

    private Outcome RunOnce(byte[] input)
    {
        Count++;
        _measure.Reset();
        var started = ThreadClock.Now;
        try
        {
            target.Run(input, _measure);
        }
        catch (OracleException broken)
        {
            _measure.Finish();
            return new Outcome(broken.Oracle, broken.Message);
        }
        catch (Exception thrown)
        {
            // The whole point is that nothing may come here, so anything that does is a finding.
            _measure.Finish();
            return new Outcome("throws " + thrown.GetType().Name + Where(thrown), thrown.ToString());
        }

        var took = ThreadClock.Now - started;
        _measure.Finish();
        if (_measure.Allocated > target.AllocationLimit(input.Length))
            return new Outcome("memory", string.Create(CultureInfo.InvariantCulture, $"{_measure.Allocated} bytes allocated for {input.Length}"));
        if (watchTime && took > target.TimeLimit(input.Length))
            return new Outcome("slow", string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:F0} ms for {input.Length} bytes"));
        return Outcome.Fine;
    }

    /// <summary>The first method of ours in the stack.</summary>
    private static string Where(Exception thrown)
    {
        foreach (var frame in new StackTrace(thrown).GetFrames())
        {
            var method = frame.GetMethod();
            if (method?.DeclaringType?.FullName is { } type && type.StartsWith("K8sRecorder.", StringComparison.Ordinal))
                return $" in {method.DeclaringType.Name}.{method.Name}";
        }

        return "";
    }
}
