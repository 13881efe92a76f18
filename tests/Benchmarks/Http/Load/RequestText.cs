using System.Globalization;
using K8sRecorder.Benchmarks.Http.Cases;

namespace K8sRecorder.Benchmarks.Http.Load;

/// <summary>The requests of a case, each time with a number of its own where one goes.</summary>
internal sealed class RequestText
{
    private readonly byte[][] _requests;
    private readonly int[] _serials;
    private long _next;

    public RequestText(BenchCase work)
    {
        _requests = [.. work.Requests.Select(r => r.ToArray())];
        var serial = System.Text.Encoding.ASCII.GetBytes(BenchCase.Serial);
        _serials = [.. _requests.Select(r => r.AsSpan().IndexOf(serial))];
    }

    public int Count => _requests.Length;

    /// <summary>The next one in turn; good until it comes round again.</summary>
    public ReadOnlySpan<byte> Next()
    {
        var number = _next++;
        var i = (int)(number % _requests.Length);
        if (_serials[i] >= 0)
            number.TryFormat(_requests[i].AsSpan(_serials[i], BenchCase.Serial.Length), out _, "X16", CultureInfo.InvariantCulture);
        return _requests[i];
    }
}
