using System.Text;

namespace K8sRecorder.Recording.Reading;

/// <summary>One thing that is wrong or missing, where, and in a sentence. Nothing in the sentence was written by an agent or a target.</summary>
/// <param name="Code">What.</param>
/// <param name="Sentence">For people.</param>
public sealed record Finding(FindingCode Code, string Sentence)
{
    /// <summary>The key of the object, where it is in one.</summary>
    public string? Key { get; init; }

    /// <summary>The number of the record.</summary>
    public long? Seq { get; init; }

    /// <summary>The number of the part.</summary>
    public long? Part { get; init; }

    /// <summary>The session it is about.</summary>
    public string? Session { get; init; }

    /// <summary>The code as it stands in <c>-o json</c>: <c>part-missing</c>.</summary>
    public string Id => IdOf(Code);

    /// <summary>A code's name in kebab case.</summary>
    public static string IdOf(FindingCode code)
    {
        var id = new StringBuilder();
        foreach (var c in code.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && id.Length > 0)
                id.Append('-');
            id.Append(char.ToLowerInvariant(c));
        }

        return id.ToString();
    }
}
