namespace K8sRecorder.Recording.Reading;

/// <summary>What is wrong, as a type. The names in kebab case are the codes of <c>verify -o json</c>; they are append-only.</summary>
public enum FindingCode
{
    /// <summary>An object of the session cannot be fetched.</summary>
    Unreadable,

    /// <summary>An object is larger, or its line longer or deeper, than a reader takes.</summary>
    TooLarge,

    /// <summary>The bytes of an object are not the ones it is named after.</summary>
    NameMismatch,

    /// <summary>A chunk or index file does not gunzip.</summary>
    NotGzip,

    /// <summary>A line is none of the format's.</summary>
    LineSyntax,

    /// <summary>A record is not in canonical form.</summary>
    RecordSyntax,

    /// <summary>Record numbers have a hole, a repetition or a wrong order.</summary>
    RecordOrder,

    /// <summary>A content line does not hold what its record commits to.</summary>
    ContentMismatch,

    /// <summary>A content line that no record of its chunk commits to.</summary>
    ContentUnclaimed,

    /// <summary>A part has no content line.</summary>
    PartMissing,

    /// <summary>A record refers to a part that no record stores.</summary>
    PartUnknown,

    /// <summary>A part list or masked span does not add up.</summary>
    PartSyntax,

    /// <summary>There is no open statement, or it cannot be read.</summary>
    StatementMissing,

    /// <summary>The open statement cannot be read or contradicts its place.</summary>
    StatementSyntax,

    /// <summary>The signature of the open statement is wrong.</summary>
    StatementSignature,

    /// <summary>The salt is not the one the statement names.</summary>
    SaltMismatch,

    /// <summary>A head cannot be read, or contradicts the records, chunks or session it stands in.</summary>
    HeadMismatch,

    /// <summary>The signature of a head is wrong.</summary>
    HeadSignature,

    /// <summary>The root of a head is not the root of the records.</summary>
    RootMismatch,

    /// <summary>Records stand behind the last head of a chunk.</summary>
    UnsignedRecords,

    /// <summary>A chunk is named by another chunk or a head, and is not there.</summary>
    ChunkMissing,

    /// <summary>A chunk does not follow the chunk it stands behind, and the tree cannot say that its records are the signed ones.</summary>
    ChunkOrder,

    /// <summary>The chain names another chunk; the one in its place holds the same records, as the tree proves, and perhaps less content.</summary>
    ChunkReplaced,

    /// <summary>Two signed states of one session exclude each other.</summary>
    Forked,

    /// <summary>The last chunks of a closed session are not there.</summary>
    TailMissing,

    /// <summary>The close object contradicts the chunks or cannot be read.</summary>
    CloseMismatch,

    /// <summary>The session was closed and its close object is not there.</summary>
    CloseMissing,

    /// <summary>An object under the session's prefix is not one of the format's.</summary>
    UnexpectedObject,

    /// <summary>The store has no identity, or not a readable one.</summary>
    StoreIdentity,

    /// <summary>The open statement names another store.</summary>
    Foreign,

    /// <summary>An index file is damaged, or a row in it contradicts the recording.</summary>
    Index,

    /// <summary>The rotation's two sides contradict each other.</summary>
    Rotation,

    /// <summary>The signer is not among those the caller trusts.</summary>
    NotTrusted,

    /// <summary>The session's last record does not close it: more may have been recorded.</summary>
    OpenEnded,

    /// <summary>Records after the last head of the session's own key, signed by the session that recovered them.</summary>
    Recovered,

    /// <summary>The recording itself says that something was not recorded (<c>gap</c>).</summary>
    Gap,

    /// <summary>The recorder died in a mode that does not wait for the spool: what it had not written yet is not there, and nobody knows what.</summary>
    Interrupted,

    /// <summary>Content was withheld from this reader: the salt is not there.</summary>
    Withheld,
}
