using System.Net;
using K8sRecorder.Sidecar.Record;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>Records connections that came to nothing: not let through (<c>connection.refused</c>), or not used.</summary>
internal sealed class Refusals(SessionRotation sessions, RecorderSettings settings)
{
    public async ValueTask RecordAsync(IPEndPoint? destination, RefusalReason reason, string? name)
    {
        using var lease = sessions.Lease();
        var draft = lease.Session.NewDraft("connection.refused", lease.Session.NextChannel());
        if (destination is not null)
            draft.Set("destination", destination.ToString());
        draft.Set("reason", reason.Text);
        if (name is not null)
            ChannelFacts.SetMasked(draft, "name", name, settings.Masking);
        await lease.Session.AppendAsync(draft, CancellationToken.None);
    }

    /// <summary>A connection for HTTP that brought no request: opened and closed.</summary>
    public async ValueTask NoteUnusedAsync(ChannelFacts facts, int peerPort)
    {
        using var recorder = new TcpChannelRecorder(sessions, settings, facts with { Protocol = "HTTP" });
        await recorder.OpenAsync(peerPort);
        await recorder.CloseAsync("closed", null);
    }
}
