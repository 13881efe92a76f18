using System.Globalization;
using System.Text.Json.Nodes;

namespace K8sRecorder.Operator.Tests;

internal static class JsonPaths
{
    /// <summary>The node at <c>spec.containers[0].image</c>.</summary>
    public static JsonNode ToJsonPath(this JsonNode node, string path) =>
        path.Split('.', '[').Aggregate(node, (at, part) => part.EndsWith(']') ? at[int.Parse(part[..^1], CultureInfo.InvariantCulture)]! : at[part]!);
}
