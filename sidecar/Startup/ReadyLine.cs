using K8sRecorder.Policy.Model;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>The one line that says that the recorder is ready: listeners, session, and the fingerprint to trust it by later.</summary>
internal static class ReadyLine
{
    public static string Of(SidecarConfiguration configuration, SidecarRun run)
    {
        var listeners = configuration.Policy.Targets.Where(target => target.Listen is not null).Select(target => $"{target.Name}={target.Listen}");
        var admin = configuration.Admin is { } address ? $" admin={address}" : "";
        if (configuration.Policy.Capture == CaptureMode.Proxy)
            admin = $" proxy={configuration.Proxy}{admin}";
        return $"k8srecorder-sidecar: ready {string.Join(' ', listeners)}{admin} session={run.Session.Id} key={run.Session.Fingerprint} "
            + $"mode={configuration.Policy.Mode} store={configuration.Store}";
    }
}
