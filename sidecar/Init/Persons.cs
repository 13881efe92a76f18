namespace K8sRecorder.Sidecar.Init;

/// <summary>As whom things can be tried here.</summary>
/// <param name="Recorder">The uid that the rules leave alone.</param>
/// <param name="Agent">A uid that they do not; null where we can be nobody but the recorder.</param>
/// <param name="CanAnswer">Whether sockets of the recorder's uid can be had: without them no answer can be tried, only that there is none.</param>
internal sealed record Persons(uint Recorder, uint? Agent, bool CanAnswer)
{
    private const uint Nobody = 65534;

    public static Persons Here(uint recorder)
    {
        var nobody = recorder == Nobody ? Nobody - 1 : Nobody;
        var own = ThreadUid.Current;
        return new Persons(recorder, ThreadUid.CanBe(nobody) ? nobody : own != recorder ? own : null, ThreadUid.CanBe(recorder));
    }
}
