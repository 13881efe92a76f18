using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Tests.Format;
using K8sRecorder.Recording.Tests.Sessions;

namespace K8sRecorder.Recording.Tests.Spool;

public class FrameTests
{
    [Fact]
    public void Frame_cut_anywhere_or_with_any_bit_flipped_is_torn()
    {
        using var bytes = new PooledBytes();
        var at = Frame.Begin(bytes, FrameType.Head);
        bytes.Write("some payload of a frame"u8);
        Frame.End(bytes, at);
        var frame = bytes.Span.ToArray();
        Assert.True(Frame.TryRead(frame, out var type, out var payload, out var length));
        Assert.Equal(FrameType.Head, type);
        Assert.Equal("some payload of a frame"u8, frame.AsSpan(payload, length));
        for (var cut = 0; cut < frame.Length; cut++)
            Assert.False(Frame.TryRead(frame.AsSpan(0, cut), out _, out _, out _));
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Frame.TryRead(frame, out _, out _, out _));
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public async Task Record_file_cut_at_any_byte_gives_a_prefix_of_its_records()
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(RecordingMode.Strict);
        await session.AppendAsync(SessionRig.Request(session, "one"), default);
        var stream = session.Begin(session.NewDraft("tcp.data", session.NextChannel()), "tcp.data", null, events: true);
        await stream.AppendAsync("two"u8.ToArray(), null, 3, 0, default);
        await session.SignHeadAsync(default);
        await stream.CompleteAsync(null, default);
        await session.DisposeAsync();
        var path = Directory.GetFiles(Path.Combine(rig.SpoolFolder, session.Id.ToString()), "*.open").Single();
        var whole = await File.ReadAllBytesAsync(path);
        var all = LeftFile.Read(path);
        Assert.Equal(0, all.LostBytes);
        Assert.Equal(3, all.Tree.Size);
        Assert.Empty(all.Streams);
        Assert.True(Frame.TryRead(whole, out _, out var payload, out var length));
        var records = PooledBlocksTests.Read(all.Chunk.Records);
        for (var cut = whole.Length - 1; cut >= payload + length; cut--)
        {
            await File.WriteAllBytesAsync(path, whole[..cut]);
            var left = LeftFile.Read(path);
            Assert.True(records.AsSpan().StartsWith(PooledBlocksTests.Read(left.Chunk.Records)));
            Assert.Equal(cut, left.Length + left.LostBytes);
        }

        await File.WriteAllBytesAsync(path, whole[..(payload + length - 1)]);
        Assert.Throws<SpoolRefusedException>(() => LeftFile.Read(path));
    }

    [Fact]
    public async Task Record_file_with_any_byte_changed_never_throws_but_for_its_state()
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(RecordingMode.Strict);
        await session.AppendAsync(SessionRig.Request(session, "one"), default);
        await session.DisposeAsync();
        var path = Directory.GetFiles(Path.Combine(rig.SpoolFolder, session.Id.ToString()), "*.open").Single();
        var whole = await File.ReadAllBytesAsync(path);
        Assert.True(Frame.TryRead(whole, out _, out var payload, out var length));
        for (var at = payload + length; at < whole.Length; at++)
        {
            whole[at] ^= 0x55;
            await File.WriteAllBytesAsync(path, whole);
            Assert.True(LeftFile.Read(path).LostBytes > 0);
            whole[at] ^= 0x55;
        }
    }
}
