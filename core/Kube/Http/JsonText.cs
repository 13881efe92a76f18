using System.Text.Json;
using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Http;

/// <summary>Nodes as bytes, without a serializer that needs reflection.</summary>
internal static class JsonText
{
    public static byte[] Write(JsonNode node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            node.WriteTo(writer);
        return stream.ToArray();
    }
}
