using System.Net.Http.Headers;
using K8sRecorder.Kube.Configuration;

namespace K8sRecorder.Kube.Http;

/// <summary>The headers that ask to be taken for somebody else.</summary>
internal static class ImpersonationHeaders
{
    public static void Add(HttpRequestHeaders headers, Impersonation? whom)
    {
        if (whom is null)
            return;
        Add(headers, "Impersonate-User", whom.User);
        if (whom.Uid is { } uid)
            Add(headers, "Impersonate-Uid", uid);
        foreach (var group in whom.Groups)
            Add(headers, "Impersonate-Group", group);
        foreach (var (key, values) in whom.Extra)
            foreach (var value in values)
                // A key may hold what no header's name may: percent-encoded, as the API server undoes it.
                Add(headers, "Impersonate-Extra-" + Uri.EscapeDataString(key), value);
    }

    /// <summary>One that cannot be sent must not be left out: the request would be made as somebody else.</summary>
    private static void Add(HttpRequestHeaders headers, string name, string value)
    {
        if (value.AsSpan().ContainsAny("\r\n\0") || !headers.TryAddWithoutValidation(name, value))
            throw KubeTransport.Failure(StatusReasons.NoCredential, $"{name} cannot be sent as a header");
    }
}
