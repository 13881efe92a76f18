namespace K8sRecorder.Sidecar.Mask;

/// <summary>How much a body may grow when it is decoded. Deflate reaches 1032:1 and brotli more; whoever goes beyond is filling memory, not sending text.</summary>
internal struct DecodingBound
{
    private const int MaxRatio = 1000;
    private const int FreeBytes = 1 << 20;

    private long _in;
    private long _out;

    public void Add(int coded) => _in += coded;

    /// <summary>Counts decoded bytes; false if they are too many for what they were decoded from.</summary>
    public bool Allows(int clear)
    {
        _out += clear;
        return _out <= FreeBytes || _out / MaxRatio <= _in;
    }
}
