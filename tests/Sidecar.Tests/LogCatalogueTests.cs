using System.Reflection;
using Microsoft.Extensions.Logging;

namespace K8sRecorder.Sidecar.Tests;

/// <summary>The log catalogue holds nothing through which a payload could pass.</summary>
public sealed class LogCatalogueTests
{
    private static readonly HashSet<string> Allowed =
    [
        "target", "failure", "error", "session", "next", "reason", "fingerprint", "lostBytes", "seconds", "entries", "category", "event", "file",
        "advice", "bytes", "first", "covered", "records",
    ];

    [Fact]
    public void Every_message_takes_only_parameters_that_are_ours()
    {
        var messages = Messages();

        Assert.NotEmpty(messages);
        foreach (var method in messages)
        {
            Assert.All(method.GetParameters().Skip(1), parameter => Assert.Contains(parameter.Name!, Allowed));
            Assert.DoesNotContain(method.GetParameters(), parameter => typeof(Exception).IsAssignableFrom(parameter.ParameterType));
        }
    }

    [Fact]
    public void Every_id_is_used_once()
    {
        var ids = Messages().Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()!.EventId).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    private static List<MethodInfo> Messages() =>
        [.. typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.Public).Where(method => method.GetCustomAttribute<LoggerMessageAttribute>() is not null)];
}
