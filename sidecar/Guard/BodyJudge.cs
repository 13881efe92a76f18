using K8sRecorder.Dialects.Tools;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Guard;

/// <summary>
/// Searches one request's body for tools that rules name. A body that cannot be JSON passes as soon as that shows; any other is held
/// until it is whole. One that should be JSON and cannot be read is denied, for nobody can say that it names none.
/// </summary>
/// <param name="head">The request's head; may move while the body is held, and is asked each time.</param>
/// <param name="rules">The rules, of which there is one at least.</param>
internal sealed class BodyJudge(HttpHead head, IReadOnlyList<HttpRule> rules)
{
    /// <summary>The largest body that is held, as it came.</summary>
    public const int MaxBytes = 16 << 20;

    private readonly BodyForm _form = BodyForm.Of(head);
    private bool _isLookedAt;

    /// <summary>After <see cref="BodyStep.Deny"/>.</summary>
    public GuardDenial? Denial { get; private set; }

    /// <summary>Looks at a body, framing undone, as far as it is here.</summary>
    /// <param name="body">All of it from its first byte.</param>
    /// <param name="wire">Bytes that it has on the wire so far.</param>
    /// <param name="isWhole">Whether nothing more comes.</param>
    public BodyStep Look(ReadOnlyMemory<byte> body, int wire, bool isWhole)
    {
        if (_form.Refusal is { } refused)
            return Deny(rules[0], refused);
        if (body.Length == 0 && isWhole)
            return BodyStep.Pass;
        if (!_isLookedAt && !_form.IsCoded)
        {
            var look = _form.Look(body.Span, isWhole);
            if (look == BodyLook.Other)
                return BodyStep.Pass;
            _isLookedAt = look == BodyLook.Json;
        }
        if (wire > MaxBytes)
            return Deny(rules[0], GuardReason.Size);
        if (!isWhole)
            return BodyStep.Hold;
        return Search(body);
    }

    /// <summary>There is no room to hold it.</summary>
    public GuardDenial DenyForNow() =>
        new(rules[0].Name, GuardReason.Busy, new RecorderAnswer(503, "Service Unavailable", "too many bodies are being searched for tools"));

    private BodyStep Search(ReadOnlyMemory<byte> body)
    {
        if (!_form.TryRead(body, out var readings, out var refusal))
            return Deny(rules[0], refusal);
        var fields = HeadReading.ToolsOf(head);
        foreach (var reading in readings)
        {
            if (ToolScan.Read(reading.Span) is not { } scan)
                return Deny(rules[0], GuardReason.Unreadable);
            foreach (var rule in rules)
            {
                if (fields.Any(rule.HasTool))
                    return Deny(rule, scan);
                foreach (var mention in scan.Mentions)
                {
                    if (rule.HasTool(mention.Name))
                        return mention.Use == ToolUse.McpCall ? Deny(rule, scan) : Deny(rule, (string?)null);
                }
            }
        }
        return BodyStep.Pass;
    }

    private BodyStep Deny(HttpRule rule, string? reason)
    {
        Denial = new GuardDenial(rule.Name, reason, DenialAnswer.To(head, rule.Name, reason));
        return BodyStep.Deny;
    }

    private BodyStep Deny(HttpRule rule, ToolScan scan)
    {
        Denial = new GuardDenial(rule.Name, null, DenialAnswer.ToRpc(head, rule.Name, scan));
        return BodyStep.Deny;
    }
}
