namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>
/// Notices that an agent leaves while a response is waited for. Costs the way of a byte nothing but two writes: only when a wait has
/// lasted, the sweep starts a read on the agent's side. What is read so is the next request, if it is anything.
/// </summary>
internal sealed class AgentWatch(Http1Connection connection)
{
    private const int Off = 0;
    private const int Waiting = 1;
    private const int Arming = 2;
    private const int Armed = 3;

    private int _state;
    private Task<int>? _read;

    /// <summary>Whether a read was started that nobody took yet.</summary>
    public bool IsArmed => Volatile.Read(ref _state) == Armed;

    /// <summary>A wait begins. Called by the flow that owns the exchange, like all but <see cref="Arm"/>.</summary>
    public void Begin()
    {
        connection.BeginsToWait();
        if (Volatile.Read(ref _state) == Off)
            Volatile.Write(ref _state, Waiting);
    }

    /// <summary>The wait is over. A read that was started stays.</summary>
    public void End()
    {
        var spinning = default(SpinWait);
        while (Interlocked.CompareExchange(ref _state, Off, Waiting) == Arming)
            spinning.SpinOnce();
    }

    /// <summary>Starts a read where somebody waits and none is running. Called by the sweep.</summary>
    public void Arm(RequestPump pump)
    {
        if (Volatile.Read(ref _state) != Waiting || Interlocked.CompareExchange(ref _state, Arming, Waiting) != Waiting)
            return;
        // whoever reads says so, then comes by here: asked now, and not before, it cannot begin to read beside us
        var room = pump.IsReading ? default : connection.In.FreeInPlace();
        _read = room.Length > 0 ? ReadAsync(room) : null; // no room: much was sent ahead, nobody left
        Volatile.Write(ref _state, _read is null ? Waiting : Armed);
    }

    /// <summary>The read that was started, if there is one: whoever wants to read takes it first.</summary>
    public Task<int>? Take()
    {
        End();
        if (Volatile.Read(ref _state) != Armed)
            return null;
        var read = _read;
        _read = null;
        Volatile.Write(ref _state, Off);
        return read;
    }

    private async Task<int> ReadAsync(Memory<byte> room)
    {
        var read = 0;
        try
        {
            read = await connection.Agent.ReceiveAsync(room);
        }
        catch (Exception gone) when (Http1Connection.IsGone(gone))
        {
            // the same as an end
        }
        if (read == 0)
            connection.NoteAgentLeft();
        return read;
    }
}
