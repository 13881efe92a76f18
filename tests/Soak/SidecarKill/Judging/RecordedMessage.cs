using System.Buffers;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Soak.SidecarKill.Judging;

/// <summary>A message as the recording has it, or one direction of a raw connection.</summary>
internal sealed class RecordedMessage
{
    private readonly ArrayBufferWriter<byte> _text = new();

    public ReadOnlyMemory<byte> Text => _text.WrittenMemory;

    /// <summary>Bytes on the wire that the records count.</summary>
    public long Wire { get; private set; }

    /// <summary>Bytes that were forwarded while their text was undecided.</summary>
    public long Pending { get; private set; }

    public string? Cut { get; private set; }

    public int? Status { get; private set; }

    public bool IsOwnAnswer { get; private set; }

    /// <summary>The last record says that the body goes on: the recording owes a record.</summary>
    public bool GoesOn { get; private set; }

    /// <summary>Contents that could not be read.</summary>
    public bool IsDamaged { get; private set; }

    public async Task AddAsync(SessionRecord record, SessionReader session, CancellationToken ct)
    {
        Status ??= (int?)record.Number("status");
        IsOwnAnswer |= record.Text("origin") == "recorder";
        Cut = record.Text("cut") ?? Cut;
        Pending = record.Number("pending") ?? 0;
        GoesOn = record.BodyGoesOn;
        if (record.Content("body") is not { } reference)
            return;
        var content = await session.ReadAsync(reference, ct);
        IsDamaged |= !content.IsComplete;
        _text.Write(content.ToArray());
        Wire += reference.Wire ?? reference.Size ?? 0;
    }
}
