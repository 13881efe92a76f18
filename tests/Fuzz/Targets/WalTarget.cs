using System.Buffers.Binary;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// Record files of the spool. The first byte says whether the rest is a file as it stands or a list of frames (type, length, payload) that
/// get their checksums here. Read or refused, never anything else; what is read and what is lost are the file.
/// </summary>
internal sealed class WalTarget : FuzzTarget
{
    private static readonly string Path = System.IO.Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath(), $"k8srecorder-fuzz-{Environment.ProcessId}.open");

    public override string Name => "wal";

    public override string Subject => "LeftFile, Frame, SessionState, StagedStream: a record file left in the spool";

    public override int MaxLength => 16 * 1024;

    public override IEnumerable<string> Dictionary =>
        ["\x02", "\x03", "\x04\0\0", "\x05\0\x05\x01\0\0\0\0", "\x06\0\x02\x01x", "\"kind\":\"session.closed\"", "\"kind\":\"session.recovered\"", "\x01\0\0\0\0\0\0\0", "\0\0\0\0\0\0\0\0"];

    public override IEnumerable<byte[]> Seeds()
    {
        var state = State();
        yield return [0, .. state];
        var record = new List<byte>();
        foreach (var number in (ReadOnlySpan<long>)[1, 2, 0, 0])
            record.AddRange(Number(number));
        record.AddRange([0, .. Number(1763719200000), .. Text("{\"seq\":0,\"at\":\"2026-11-21T10:00:00.000Z\",\"kind\":\"session.opened\"}\n"), .. Text("")]);
        var begin = new List<byte>();
        begin.AddRange([.. Number(1), 1, 1, .. Text("tcp.data"), .. Number(3), 1, .. Number(0), 0, 0, .. Number(1763719200000), .. Number(3), .. Number(0)]);
        begin.AddRange([.. Text("two"), .. Number(1), .. Number(0), .. Number(2), 1, .. Text("card"), 0, .. Number(1), .. Number(3), .. Number(5)]);
        yield return [1, .. FrameOf(2, record), .. FrameOf(3, begin), .. FrameOf(4, [1, 2]), .. FrameOf(6, [1, 65])];
        yield return [1, .. FrameOf(2, record), .. FrameOf(3, begin), .. FrameOf(3, begin), .. FrameOf(2, record)];
    }

    public override long AllocationLimit(int length) => (8 << 20) + (256L * length);

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        var bytes = input[0] % 2 == 0 ? input[1..] : Build(input.AsSpan(1));
        File.WriteAllBytes(Path, bytes);
        measure.Begin();
        LeftFile left;
        try
        {
            left = LeftFile.Read(Path);
        }
        catch (SpoolRefusedException)
        {
            return;
        }
        finally
        {
            measure.End();
        }

        if (left.Length + left.LostBytes != bytes.Length || left.Length < 0 || left.LostBytes < 0)
            throw new OracleException("read and lost are the file", $"{left.Length} and {left.LostBytes} of {bytes.Length}");
        if (left.Tree.Size < left.State.FirstSeq || left.HeadSize > left.Tree.Size)
            throw new OracleException("a tree grows", $"{left.Tree.Size} from {left.State.FirstSeq}");
        foreach (var stream in left.Streams)
        {
            var draft = stream.Emit(more: false, null, out var consumed);
            if (consumed < 0)
                throw new OracleException("a stream is emitted", consumed + " bytes");
            draft.Clear();
            stream.End();
        }
    }

    private static byte[] State()
    {
        using var frames = new PooledBytes();
        if (!SessionId.TryParse(Vector.Session, out var session))
            throw new InvalidOperationException("the vector has no session");
        new SessionState
        {
            Session = session,
            Salt = new byte[FormatNames.SaltLength],
            Identity = new byte[32],
            KeyId = new byte[32],
            FirstSeq = 0,
            NextPart = 0,
            NextChannel = 1,
            ChunkCount = 0,
            Previous = "",
            TreeHashes = [],
        }.Write(frames);
        return frames.Span.ToArray();
    }

    private static byte[] Build(ReadOnlySpan<byte> recipe)
    {
        using var file = new PooledBytes();
        file.Write(State());
        while (recipe.Length >= 3)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(recipe[1..]), recipe.Length - 3);
            var frame = Frame.Begin(file, (FrameType)recipe[0]);
            file.Write(recipe.Slice(3, length));
            Frame.End(file, frame);
            recipe = recipe[(3 + length)..];
        }

        file.Write(recipe);
        return file.Span.ToArray();
    }

    private static byte[] FrameOf(byte type, List<byte> payload) => [type, (byte)(payload.Count >> 8), (byte)payload.Count, .. payload];

    private static byte[] Number(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Text(string text) => [(byte)text.Length, 0, 0, 0, .. System.Text.Encoding.UTF8.GetBytes(text)];
}
