using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Selection;

/// <summary>Label selectors as Kubernetes reads them.</summary>
public static class LabelMatch
{
    /// <summary>Whether every condition holds; a selector without conditions matches all.</summary>
    public static bool Matches(LabelSelectorSpec selector, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, value) in selector.MatchLabels)
            if (!labels.TryGetValue(key, out var has) || has != value)
                return false;
        foreach (var requirement in selector.MatchExpressions)
            if (!Matches(requirement, labels))
                return false;
        return true;
    }

    /// <summary>NotIn holds also where there is no such label. What says nothing that can be read matches nothing.</summary>
    private static bool Matches(LabelRequirement requirement, IReadOnlyDictionary<string, string> labels)
    {
        if (requirement.Key is null)
            return false;
        var isThere = labels.TryGetValue(requirement.Key, out var value);
        return requirement.Operator switch
        {
            LabelOperator.In => isThere && requirement.Values.Contains(value),
            LabelOperator.NotIn => !isThere || !requirement.Values.Contains(value),
            LabelOperator.Exists => isThere,
            LabelOperator.DoesNotExist => !isThere,
            _ => false,
        };
    }
}
