using K8sRecorder.Soak.SidecarKill.Grounds;
using K8sRecorder.Testing;

namespace K8sRecorder.Soak.SidecarKill;

/// <summary>What outlives the sidecar's processes: policy, store, spool, keys, and what they printed.</summary>
internal sealed class SidecarFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private bool _isKept;

    public SidecarFolder(string executable, string mode, bool redirects, string limits, Random random)
    {
        Ground = redirects ? new RedirectGround(executable, _folder.Path) : new ListenerGround();
        Directory.CreateDirectory(Store);
        var flush = random.Next(150, 900);
        File.WriteAllBytes(TagKey, [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        File.WriteAllText(
            Policy,
            $$"""
            apiVersion: k8srecorder.io/v1alpha1
            kind: RecordingPolicy
            metadata: { name: soak, namespace: default }
            spec:
              mode: {{mode}}
              spool: { flushInterval: {{flush}}ms, headInterval: {{random.Next(20, flush)}}ms }
            {{limits}}
            {{Ground.Policy}}

            """);
    }

    public Ground Ground { get; }

    public string Path => _folder.Path;

    public string Policy => _folder["policy.yaml"];

    public string TagKey => _folder["tag.key"];

    public string Store => _folder["store"];

    public string Spool => _folder["spool"];

    public string Keys => _folder["keys"];

    public string Log => _folder["sidecar.log"];

    /// <summary>The pod has moved: its memory-backed folders are gone.</summary>
    public void LoseKeys()
    {
        foreach (var folder in new[] { Keys, Ground.AuthorityFolder })
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Leaves everything on the disk, for whoever looks into a failure.</summary>
    public void Keep() => _isKept = true;

    public void Dispose()
    {
        Ground.Dispose();
        if (!_isKept)
            _folder.Dispose();
    }
}
