using System.Text;

namespace K8sRecorder.Kube.Http;

/// <summary>A path and its query, escaped; null values are left out.</summary>
internal sealed class QueryText(string path)
{
    private readonly StringBuilder _text = new(path);
    private char _next = '?';

    public QueryText With(string name, string? value)
    {
        if (value is null)
            return this;
        _text.Append(_next).Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _next = '&';
        return this;
    }

    public override string ToString() => _text.ToString();
}
