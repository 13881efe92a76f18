using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Pipeline;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>What one connection has of the room for large heads and for bodies that are held, which all connections share. One flow's.</summary>
internal sealed class HeldRoom(RecorderPipeline pipeline)
{
    private int _head;
    private int _body;

    /// <summary>Whether the present request may hold so much for its body, until its exchange is over.</summary>
    public bool TryHoldBody(int bytes)
    {
        if (bytes <= _body)
            return true;
        if (!pipeline.HeldBodies.TryHold(bytes - _body))
            return false;
        _body = bytes;
        return true;
    }

    /// <summary>Whether a head that has so many bytes already, and is not whole, may take more.</summary>
    public bool TryHoldHead(int bytes)
    {
        if (bytes < LargeHeads.From || bytes * 2 <= _head)
            return true;
        var more = (bytes * 2) - _head; // buffers double
        if (!pipeline.LargeHeads.TryHold(more))
            return false;
        _head += more;
        return true;
    }

    /// <summary>Gives all of it back.</summary>
    public void Release()
    {
        if (_body > 0)
            pipeline.HeldBodies.Release(_body);
        if (_head > 0)
            pipeline.LargeHeads.Release(_head);
        (_head, _body) = (0, 0);
    }
}
