using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Validation;

/// <summary>What must hold of a label selector.</summary>
internal static class SelectorRules
{
    public static void Check(PolicyCheck check, string path, LabelSelectorSpec? selector)
    {
        if (selector is null)
            return;
        check.AtMost(path + ".matchLabels", selector.MatchLabels.Count, PolicyLimits.MatchLabels);
        check.AtMost(path + ".matchExpressions", selector.MatchExpressions.Count, PolicyLimits.MatchExpressions);
        foreach (var (key, value) in selector.MatchLabels)
            CheckLabel(check, FieldPath.Key(path + ".matchLabels", key), key, value);
        for (var i = 0; i < selector.MatchExpressions.Count; i++)
            CheckExpression(check, FieldPath.Item(path + ".matchExpressions", i), selector.MatchExpressions[i]);
    }

    public static void CheckLabel(PolicyCheck check, string path, string key, string value)
    {
        if (!Names.IsLabelKey(key))
            check.Report(path, "must be a label's key, such as app.kubernetes.io/name");
        if (!Names.IsLabelValue(value))
            check.Report(path, "must be a label's value: letters, digits, - _ and ., at most 63");
    }

    private static void CheckExpression(PolicyCheck check, string path, LabelRequirement expression)
    {
        check.Required(path + ".key", expression.Key, Names.IsLabelKey, "a label's key");
        if (expression.Operator is null)
            check.Report(path + ".operator", "is missing; write In, NotIn, Exists or DoesNotExist");
        else if (expression.Operator is LabelOperator.In or LabelOperator.NotIn && expression.Values.Count == 0)
            check.Report(path + ".values", $"is missing; {expression.Operator} compares with at least one value");
        else if (expression.Operator is LabelOperator.Exists or LabelOperator.DoesNotExist && expression.Values.Count > 0)
            check.Report(path + ".values", $"must be absent; {expression.Operator} compares with no value");
        check.Each(path + ".values", expression.Values, PolicyLimits.MatchValues, Names.IsLabelValue, "a label's value");
    }
}
