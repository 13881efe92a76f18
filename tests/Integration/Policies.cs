namespace K8sRecorder.Integration;

/// <summary>Policies as the tests of this project need them.</summary>
public static class Policies
{
    /// <summary>One target without TLS behind a loopback listener.</summary>
    public static string OneTarget(int listen, Uri upstream, string protocol = "HTTP", string host = "Preserve", string mode = "Strict") =>
        $$"""
        apiVersion: k8srecorder.io/v1alpha1
        kind: RecordingPolicy
        metadata: { name: test, namespace: default }
        spec:
          mode: {{mode}}
          targets:
            - name: target
              listen: 127.0.0.1:{{listen}}
              protocol: {{protocol}}
              upstream:
                address: {{upstream.Host}}:{{upstream.Port}}
                tls: { mode: Disable }
        {{(protocol == "HTTP" ? $"        host: {host}" : "")}}
          masking: { detectors: { include: [ "*" ] } }

        """;
}
