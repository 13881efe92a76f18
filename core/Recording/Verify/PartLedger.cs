using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Recording.Verify;

/// <summary>Which parts the records so far have stored: a reference may name only those.</summary>
internal sealed class PartLedger
{
    private const int MaxFindings = 200;

    // Numbers come in order, so this stays one range, or a few.
    private readonly List<PartRange> _stored = [];

    public long Count { get; private set; }

    public void Add(ChunkEvidence chunk, bool isWhole, List<Finding> findings)
    {
        var bound = findings.Count + MaxFindings;
        var next = 0;
        foreach (var reference in chunk.References)
        {
            for (; next < reference.Definitions; next++)
                Define(chunk, chunk.Definitions[next], findings);
            if (!IsStored(reference.Parts) && findings.Count < bound)
                findings.Add(isWhole
                    ? new Finding(FindingCode.PartUnknown, $"{Name(reference.Parts)} stored by no record before it")
                    { Key = chunk.Key, Seq = chunk.FirstSeq + reference.Record, Part = reference.Parts.First }
                    : new Finding(FindingCode.PartMissing, $"{Name(reference.Parts)} stored in a chunk that is missing")
                    { Key = chunk.Key, Seq = chunk.FirstSeq + reference.Record, Part = reference.Parts.First });
        }

        for (; next < chunk.Definitions.Count; next++)
            Define(chunk, chunk.Definitions[next], findings);
    }

    private static string Name(PartRange parts) => parts.Count == 1 ? $"part {parts.First} is" : $"of the parts {parts.First} to {parts.Last} some are";

    private void Define(ChunkEvidence chunk, PartDefinition definition, List<Finding> findings)
    {
        Count++;
        var at = IndexOf(definition.Part);
        if (at >= 0)
        {
            findings.Add(new Finding(FindingCode.PartSyntax, $"part {definition.Part} is stored twice") { Key = chunk.Key, Seq = chunk.FirstSeq + definition.Record, Part = definition.Part });
            return;
        }

        at = ~at;
        if (at > 0 && _stored[at - 1].Last == definition.Part - 1)
            _stored[at - 1] = _stored[at - 1] with { Last = definition.Part };
        else
            _stored.Insert(at, new PartRange(definition.Part, definition.Part));
        if (at < _stored.Count - 1 && _stored[at].Last == _stored[at + 1].First - 1)
            Merge(at);
        else if (at > 0 && at < _stored.Count && _stored[at - 1].Last == _stored[at].First - 1)
            Merge(at - 1);
    }

    private void Merge(int at)
    {
        _stored[at] = _stored[at] with { Last = _stored[at + 1].Last };
        _stored.RemoveAt(at + 1);
    }

    private bool IsStored(PartRange parts) => IndexOf(parts.First) is >= 0 and var at && _stored[at].Last >= parts.Last;

    // The range that holds the part, or the complement of where one would be put in.
    private int IndexOf(long part)
    {
        var (low, high) = (0, _stored.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_stored[middle].Last < part)
                low = middle + 1;
            else if (_stored[middle].First > part)
                high = middle - 1;
            else
                return middle;
        }

        return ~low;
    }
}
