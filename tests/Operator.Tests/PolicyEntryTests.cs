using System.Text;
using K8sRecorder.Operator.Injection;

namespace K8sRecorder.Operator.Tests;

/// <summary>Policies as the API server gives them.</summary>
public sealed class PolicyEntryTests
{
    private const string Stored = """
        {"apiVersion":"k8srecorder.io/v1alpha1","kind":"RecordingPolicy","metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"a\":\"b\"}\n"},
        "creationTimestamp":"2026-11-22T09:35:00Z","deletionGracePeriodSeconds":0,"deletionTimestamp":"2026-11-22T09:36:00Z","finalizers":["x/y"],"generation":2,"generateName":"a-",
        "managedFields":[{"apiVersion":"k8srecorder.io/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{".":{},"f:capture":{}}},"manager":"kubectl","operation":"Update","time":"2026-11-22T09:35:00Z"}],
        "name":"agents","namespace":"team-a","ownerReferences":[],"resourceVersion":"217","selfLink":"/x","uid":"2f9a"},
        "spec":{"capture":{"mode":"Redirect"},"mode":"Buffered","spool":{"sizeLimit":8388608},"targets":[{"hosts":["a.com"],"name":"a","protocol":"Auto"}]SPEC},
        "status":{"conditions":[{"type":"Ready"}],"observedGeneration":2}}
        """;

    [Theory]
    [InlineData("", null)]
    [InlineData(",\"retention\":{\"days\":30},\"store\":{\"name\":\"default\"}", null)]
    [InlineData(",\"identity\":{}", InjectionReason.PolicyNotEnforced)]
    [InlineData(",\"masking\":{\"rules\":[{\"name\":\"a\",\"pattern\":\"(\"}]}", InjectionReason.PolicyInvalid)]
    [InlineData(",\"unheardOf\":1", InjectionReason.PolicyInvalid)]
    public void Stored_object_is_read_and_checked(string spec, object? reason)
    {
        var entry = Assert.Single(PolicyEntry.Read(Encoding.UTF8.GetBytes(Stored.Replace("SPEC", spec, StringComparison.Ordinal)), "agents"));

        Assert.Equal(reason, entry.Problem?.Reason);
        Assert.Equal("agents", entry.Document.Metadata.Name);
    }

    [Fact]
    public void Catalogue_says_of_each_policy_why_it_is_not_ready()
    {
        var entries = new[] { "", ",\"identity\":{}" }.Select((spec, i) => Assert.Single(PolicyEntry.Read(Encoding.UTF8.GetBytes(Stored.Replace("SPEC", spec, StringComparison.Ordinal).Replace("agents", $"p{i}", StringComparison.Ordinal)), "a")));

        var catalog = new PolicyCatalog(entries);

        Assert.Equal([null, InjectionReason.PolicyNotEnforced], catalog.Policies.Select(policy => catalog.WhyNotReady(policy)?.Reason));
        Assert.Equal(InjectionReason.StoreNotFound, catalog.Store("x").Reason);
    }
}
