using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube;

/// <summary>
/// How objects are read from and written to the API server's JSON: <see cref="KubeModelsContext"/> for what is here, and the source-generated
/// contexts of whoever brings kinds of their own.
/// </summary>
public sealed class KubeJson
{
    /// <summary>Deeper than any schema of Kubernetes; a CRD's own schema nests furthest.</summary>
    private const int MaxDepth = 256;

    public KubeJson(params IEnumerable<IJsonTypeInfoResolver> custom) => Options = new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = JsonTypeInfoResolver.Combine([KubeModelsContext.Default, .. custom]),
        Converters = { new TimeConverter() },
        MaxDepth = MaxDepth,
    };

    internal JsonSerializerOptions Options { get; }

    internal static JsonReaderOptions ReaderOptions => new() { MaxDepth = MaxDepth };

    /// <exception cref="NotSupportedException">No context was given for the type.</exception>
    internal JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    internal byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, TypeInfo<T>());
}
