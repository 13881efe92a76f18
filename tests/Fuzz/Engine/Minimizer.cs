using System.Diagnostics;

namespace K8sRecorder.Fuzz.Engine;

/// <summary>Makes an input smaller as long as it still does what makes it worth having.</summary>
internal static class Minimizer
{
    /// <summary>The smallest input found within the time for which <paramref name="holds"/> still says yes.</summary>
    public static byte[] Shrink(byte[] input, Func<byte[], bool> holds, TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        bool IsOver() => Stopwatch.GetElapsedTime(started) > time;
        for (var piece = Math.Max(1, input.Length / 2); piece > 0 && !IsOver(); piece /= 2)
        {
            for (var at = 0; at < input.Length && !IsOver();)
            {
                var length = Math.Min(piece, input.Length - at);
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(at + length)];
                if (holds(shorter))
                    input = shorter;
                else
                    at += length;
            }
        }

        return Simplify(input, holds, IsOver);
    }

    /// <summary>Plain letters where the byte does not matter, so that a reader sees which do.</summary>
    private static byte[] Simplify(byte[] input, Func<byte[], bool> holds, Func<bool> isOver)
    {
        for (var at = 0; at < input.Length && !isOver(); at++)
        {
            if (input[at] is (byte)'a' or (byte)'0' or (byte)' ')
                continue;
            var simpler = (byte[])input.Clone();
            simpler[at] = char.IsAsciiDigit((char)input[at]) ? (byte)'0' : (byte)'a';
            if (holds(simpler))
                input = simpler;
        }

        return input;
    }
}
