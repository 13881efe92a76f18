using System.Text;

namespace K8sRecorder.Masking.Fields;

/// <summary>A path of the policy: <c>$.a.b</c>, <c>$.a[*].b</c>, <c>$.a[0]</c>, <c>$.*.b</c>, <c>$['odd name']</c>.</summary>
internal sealed class JsonPath
{
    public const int MaxSteps = 32;

    private readonly Step[] _steps;

    private JsonPath(Step[] steps) => _steps = steps;

    /// <summary>Number of steps below the root.</summary>
    public int Length => _steps.Length;

    /// <summary>Reads a path; null when it is none that this build knows.</summary>
    public static JsonPath? Parse(string path)
    {
        if (path.Length < 2 || path[0] != '$')
            return null;
        var steps = new List<Step>();
        for (var at = 1; at < path.Length;)
        {
            Step? step;
            if (path[at] == '.')
            {
                var end = path.AsSpan(at + 1).IndexOfAny('.', '[');
                var name = end < 0 ? path[(at + 1)..] : path.Substring(at + 1, end);
                step = name.Length == 0 ? null : new Step(name == "*" ? null : Encoding.UTF8.GetBytes(name), null, name == "*");
                at += 1 + name.Length;
            }
            else if (path[at] == '[' && path.IndexOf(']', at) is var close and > 0)
            {
                step = Bracket(path[(at + 1)..close]);
                at = close + 1;
            }
            else
            {
                return null;
            }

            if (step is null || steps.Count == MaxSteps)
                return null;
            steps.Add(step.Value);
        }

        return new JsonPath([.. steps]);
    }

    /// <summary>Whether a member of this name is a step of the path at a depth.</summary>
    public bool TakesName(int depth, ReadOnlySpan<byte> name) => _steps[depth].IsAny || _steps[depth].Name is { } wanted && name.SequenceEqual(wanted);

    /// <summary>Whether the element at this position is.</summary>
    public bool TakesIndex(int depth, int index) => _steps[depth].IsAny || _steps[depth].Index == index;

    private static Step? Bracket(string inside)
    {
        if (inside == "*")
            return new Step(null, null, true);
        if (inside.Length > 2 && inside[0] is '\'' or '"' && inside[^1] == inside[0])
            return new Step(Encoding.UTF8.GetBytes(inside[1..^1]), null, false);
        return inside.Length is > 0 and < 8 && inside.All(char.IsAsciiDigit)
            ? new Step(null, int.Parse(inside, System.Globalization.CultureInfo.InvariantCulture), false) : null;
    }

    private readonly record struct Step(byte[]? Name, int? Index, bool IsAny);
}
