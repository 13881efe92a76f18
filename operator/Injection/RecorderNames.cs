namespace K8sRecorder.Operator.Injection;

/// <summary>What is called how in a pod, and where it lies. Names that begin with <see cref="VolumePrefix"/> are ours alone.</summary>
internal static class RecorderNames
{
    public const string Recorder = "recorder";
    public const string Init = "recorder-init";

    public const string VolumePrefix = "k8srecorder-";
    public const string Spool = VolumePrefix + "spool";
    public const string Keys = VolumePrefix + "keys";
    public const string Trust = VolumePrefix + "trust";
    public const string Token = VolumePrefix + "token";
    public const string NoToken = VolumePrefix + "no-api-token";
    public const string Secrets = VolumePrefix + "secrets";
    public const string Store = VolumePrefix + "store";

    public const string SpoolPath = "/var/lib/k8srecorder-spool";
    public const string KeysPath = "/run/k8srecorder/keys";
    public const string TrustPath = "/run/k8srecorder/trust";
    public const string TokenPath = "/run/k8srecorder/token";
    public const string SecretsPath = "/run/k8srecorder/secrets";
    public const string ServiceAccountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Files of the bundle, as the sidecar writes them.</summary>
    public const string PemBundle = TrustPath + "/ca-bundle.pem";
    public const string JavaBundle = TrustPath + "/ca-bundle.p12";
    public const string PodAuthorityFile = "pod-ca.pem";

    public const int AdminPort = 9464;
    public const int ProxyPort = 15080;

    public const string DefaultContainer = "kubectl.kubernetes.io/default-container";
    public const string DefaultLogsContainer = "kubectl.kubernetes.io/default-logs-container";
    public const string SafeToEvict = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes";

    public static bool IsOurContainer(string? name) => name is Recorder or Init;

    public static bool IsOurVolume(string? name) => name is not null && name.StartsWith(VolumePrefix, StringComparison.Ordinal);
}
