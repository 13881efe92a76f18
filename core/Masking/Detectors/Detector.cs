namespace K8sRecorder.Masking.Detectors;

/// <summary>A kind of secret: what is known about it, and where to look for it.</summary>
internal sealed class Detector
{
    public Detector(DetectorInfo info, Rank rank, params Pattern[] patterns)
    {
        Info = info;
        Rank = rank;
        Patterns = patterns;
    }

    /// <summary>What is known about it.</summary>
    public DetectorInfo Info { get; }

    /// <summary>Who names the marker where several agree.</summary>
    public Rank Rank { get; }

    /// <summary>Where to look.</summary>
    public Pattern[] Patterns { get; }
}
