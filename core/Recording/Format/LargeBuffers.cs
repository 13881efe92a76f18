using System.Numerics;

namespace K8sRecorder.Recording.Format;

/// <summary>
/// Arrays too large for a heap that should stay small to hold many of: at most <see cref="KeptBytes"/> of them wait here for their next use,
/// whatever a burst needed. The shared pool would keep dozens of each size for minutes. Any thread.
/// </summary>
internal static class LargeBuffers
{
    /// <summary>What is larger comes from here, what is not from the shared pool.</summary>
    public const int FromBytes = 64 << 10;

    private const long KeptBytes = 8 << 20;

    private static readonly Lock Gate = new();
    private static readonly Stack<byte[]>[] Kept = [.. Enumerable.Range(0, 31).Select(static _ => new Stack<byte[]>())];
    private static long _kept;

    /// <summary>An array of at least this size, a power of two. It may hold zeros or what its last user left; here that is cleared.</summary>
    public static byte[] Rent(int size)
    {
        var bucket = BitOperations.Log2((uint)size - 1) + 1;
        lock (Gate)
        {
            if (bucket < Kept.Length && Kept[bucket].TryPop(out var array))
            {
                _kept -= array.Length;
                return array;
            }
        }

        return new byte[bucket < Kept.Length ? 1 << bucket : size];
    }

    /// <summary>Gives an array back, cleared where it is kept.</summary>
    public static void Return(byte[] array)
    {
        Array.Clear(array); // whoever reads our memory later finds no text in what nobody uses
        if (!BitOperations.IsPow2(array.Length))
            return;
        lock (Gate)
        {
            if (_kept + array.Length > KeptBytes)
                return;
            _kept += array.Length;
            Kept[BitOperations.Log2((uint)array.Length)].Push(array);
        }
    }

    /// <summary>Forgets them all: called when there is nothing to do.</summary>
    public static void Clear()
    {
        lock (Gate)
        {
            foreach (var stack in Kept)
                stack.Clear();
            _kept = 0;
        }
    }
}
