using System.Text;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>A part of an answer that arrives in pieces.</summary>
internal sealed class PartBuilder(ModelPartKind kind)
{
    private readonly StringBuilder _text = new();

    public ModelPartKind Kind { get; set; } = kind;

    public string? Name { get; set; }

    public string? CallId { get; set; }

    public bool IsEmpty => _text.Length == 0;

    public void Append(string? text) => _text.Append(text);

    public void Set(string? text) => _text.Clear().Append(text);

    public ModelPart Build() => new(Kind, _text.ToString(), Name, CallId);
}
