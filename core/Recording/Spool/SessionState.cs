using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Tree;

namespace K8sRecorder.Recording.Spool;

/// <summary>What a record file begins with: all that is needed to go on with the session from there.</summary>
internal sealed record SessionState
{
    private const byte Version = 2;

    public required SessionId Session { get; init; }

    public required byte[] Salt { get; init; }

    /// <summary>Digest of what the open statement says about the place.</summary>
    public required byte[] Identity { get; init; }

    /// <summary>The id of the session's key: a file that lies where it should lie may hold another.</summary>
    public required byte[] KeyId { get; init; }

    public required long FirstSeq { get; init; }

    public required long NextPart { get; init; }

    public required long NextChannel { get; init; }

    /// <summary>Chunks before this file's.</summary>
    public required long ChunkCount { get; init; }

    /// <summary>Name of the chunk before; null where it was not sealed yet when this file was made.</summary>
    public required string? Previous { get; init; }

    /// <summary>Hashes of the tree over the records before <see cref="FirstSeq"/>.</summary>
    public required byte[] TreeHashes { get; init; }

    public void Write(PooledBytes to)
    {
        var frame = Frame.Begin(to, FrameType.State);
        to.WriteByte(Version);
        SpoolFields.WriteText(to, Session.ToString());
        SpoolFields.WriteBytes(to, Salt);
        SpoolFields.WriteBytes(to, Identity);
        SpoolFields.WriteBytes(to, KeyId);
        SpoolFields.WriteNumber(to, FirstSeq);
        SpoolFields.WriteNumber(to, NextPart);
        SpoolFields.WriteNumber(to, NextChannel);
        SpoolFields.WriteNumber(to, ChunkCount);
        SpoolFields.WriteText(to, Previous);
        SpoolFields.WriteBytes(to, TreeHashes);
        Frame.End(to, frame);
    }

    /// <summary>Reads a state frame's payload.</summary>
    /// <exception cref="SpoolRefusedException">It is of another version, or not a state.</exception>
    public static SessionState Read(ReadOnlySpan<byte> payload, string path)
    {
        var reader = new SpoolFieldReader(payload);
        if (reader.Byte() is var version && version != Version)
            throw SpoolRefusedException.OfVersion(path, version, Version);
        var named = SessionId.TryParse(reader.Text() ?? "", out var session);
        var state = new SessionState
        {
            Session = session,
            Salt = reader.Bytes().ToArray(),
            Identity = reader.Bytes().ToArray(),
            KeyId = reader.Bytes().ToArray(),
            FirstSeq = reader.Number(),
            NextPart = reader.Number(),
            NextChannel = reader.Number(),
            ChunkCount = reader.Number(),
            Previous = reader.Text(),
            TreeHashes = reader.Bytes().ToArray(),
        };
        var hashes = System.Numerics.BitOperations.PopCount((ulong)state.FirstSeq) * TreeHash.Length;
        return named && !reader.Failed && state.FirstSeq >= 0 && state.TreeHashes.Length == hashes && state.Salt.Length == FormatNames.SaltLength
            ? state
            : throw new SpoolRefusedException(SpoolRefusal.Damaged, $"{path} does not begin with a session's state");
    }
}
