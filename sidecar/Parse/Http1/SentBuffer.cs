using System.Buffers;
using K8sRecorder.Sidecar.Accept;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>Sends a rented buffer and gives it back.</summary>
internal static class SentBuffer
{
    public static ValueTask SendAsync(Wire wire, byte[] rented, int count)
    {
        var sending = wire.SendAsync(rented.AsMemory(0, count));
        if (!sending.IsCompletedSuccessfully)
            return ReturnAfterAsync(sending, rented);
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return ValueTask.CompletedTask;
    }

    private static async ValueTask ReturnAfterAsync(ValueTask sending, byte[] rented)
    {
        await sending; // where it fails the buffer is left to the collector: nobody can say when the socket is done with it
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
    }
}
