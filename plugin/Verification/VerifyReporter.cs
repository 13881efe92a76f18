using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Plugin.Verification;

/// <summary>Shows how far a verification is. The verifier may report from several threads.</summary>
internal sealed class VerifyReporter(Progress progress) : IProgress<VerifyProgress>
{
    private readonly Lock _lock = new();

    public void Report(VerifyProgress value)
    {
        lock (_lock)
        {
            progress.Report(() => FormattableString.Invariant(
                $"verifying {value.Session}  chunk {value.Chunks} of {value.ChunksTotal}  {Amount.Bytes(value.StoredBytes)}"));
        }
    }
}
