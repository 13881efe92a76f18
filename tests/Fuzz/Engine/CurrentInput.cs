using System.IO.MemoryMappedFiles;

namespace K8sRecorder.Fuzz.Engine;

/// <summary>
/// The input that a worker is at, in memory that both processes have: what a worker was killed by (a stack that overflowed, memory that ran
/// out, a loop without end) is known to its parent.
/// </summary>
internal sealed class CurrentInput : IDisposable
{
    private const int Header = 16;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private long _number;

    public CurrentInput(string path, int most)
    {
        using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.SetLength(Math.Max(stream.Length, most + Header));
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Number of the input that the worker is at.</summary>
    public long Number => _view.ReadInt64(0);

    public void Set(byte[] input)
    {
        _view.Write(8, input.Length);
        _view.WriteArray(Header, input, 0, input.Length);
        _view.Write(0, ++_number);
    }

    public byte[] Get()
    {
        var input = new byte[Math.Clamp(_view.ReadInt32(8), 0, (int)_view.Capacity - Header)];
        _view.ReadArray(Header, input, 0, input.Length);
        return input;
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
