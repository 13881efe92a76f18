namespace K8sRecorder.Recording.Reading;

/// <summary>What a reader takes from a store that may be hostile (docs/recording-format.md, Chunk). Beyond a bound is a finding, not an exception.</summary>
public static class ReadLimits
{
    /// <summary>Plain bytes of a chunk or an index file.</summary>
    public const int PlainBytes = 64 << 20;

    /// <summary>Bytes of one line.</summary>
    public const int LineBytes = 32 << 20;

    /// <summary>Stored bytes of a chunk or an index file: what <see cref="PlainBytes"/> of incompressible bytes take.</summary>
    public const int StoredBytes = PlainBytes + (1 << 20);

    /// <summary>Bytes of the open statement or the close object.</summary>
    public const int StatementBytes = 1 << 20;

    /// <summary>Bytes of one content, all parts together: a record can name one large part a million times.</summary>
    public const int ContentBytes = 256 << 20;

    /// <summary>Nested arrays and objects in a line.</summary>
    public const int Depth = 32;

    /// <summary>Keys in one line, all objects together but those of masked spans.</summary>
    public const int Keys = 1024;

    /// <summary>Keys of one masked span beside its place.</summary>
    public const int SpanKeys = 16;
}
