namespace K8sRecorder.Kube.Http;

/// <summary>A request that can be sent more than once.</summary>
internal sealed record KubeRequest(HttpMethod Method, string PathAndQuery)
{
    public ReadOnlyMemory<byte> Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>Done twice it is the same as done once, so a lost answer may be asked for again.</summary>
    public bool IsRepeatable => Method == HttpMethod.Get;
}
