using System.Text.Json;
using K8sRecorder.Integration.Capture;
using K8sRecorder.Integration.Redirect;

namespace K8sRecorder.Integration.InsideTls;

/// <summary>Bedrock's event streams by its official client, which signs what it sends: they arrive as they are, and are read in the recording.</summary>
[Collection(SharedInside.Name)]
public sealed class BedrockTests(InsideCapture pod)
{
    public static TheoryData<string, string> Calls => new() { { "converse", "HTTP/1.1" }, { "invoke", "HTTP/1.1" }, { "converse", "HTTP/2" }, { "invoke", "HTTP/2" } };

    /// <summary>The target has checked its signature: nothing that it covers was changed.</summary>
    [NetworkTheory]
    [MemberData(nameof(Calls))]
    public void Client_hears_what_it_would_straight(string name, string version)
    {
        var said = pod.Said("bedrock").Single(one => (one.GetProperty("name").GetString(), one.GetProperty("version").GetString()) == (name, version));

        Assert.True(said.GetProperty("same").GetBoolean(), said.GetRawText());
    }

    [NetworkTheory]
    [MemberData(nameof(Calls))]
    public async Task Answer_is_read_to_its_end_with_its_secret_masked(string name, string version)
    {
        var call = (await pod.Log.Value).Single(entry => entry.GetProperty("type").GetString() == "model" && entry.GetRawText().Contains($"marker-bedrock {name} {version}:", StringComparison.Ordinal));
        var text = $"marker-bedrock {name} {version}: take [MASKED:anthropic-key] and go on.";

        Assert.Equal(("models", name == "converse" ? "BedrockConverse" : "BedrockInvoke", "test.model"),
            (call.GetProperty("target").GetString(), call.GetProperty("api").GetString(), call.GetProperty("model").GetString()));
        Assert.True(call.GetProperty("streamed").GetBoolean());
        Assert.Equal(text, call.GetProperty("messages")[0].GetProperty("parts")[0].GetProperty("text").GetString());
        var parts = call.GetProperty("answers")[0].GetProperty("parts");
        var answer = parts[0].GetProperty("text").GetString()!;
        if (name == "converse")
        {
            Assert.Equal((text, text), (answer, JsonElement.Parse(parts[1].GetProperty("text").GetString()!).GetProperty("note").GetString()));
            Assert.False(call.GetProperty("partial").GetBoolean());
            return;
        }

        // of base64 whole groups of four are masked, and with them what stands beside the secret
        Assert.StartsWith(text[..text.IndexOf("ake [", StringComparison.Ordinal)], answer, StringComparison.Ordinal);
        Assert.EndsWith(" go on.", answer, StringComparison.Ordinal);
    }

    [NetworkTheory]
    [MemberData(nameof(Calls))]
    public void Record_has_the_name_and_the_version(string name, string version)
    {
        var request = pod.Records.Single(record => record.Kind == "http.request" && CapturePod.TextOf(record, "body").Contains($"marker-bedrock {name} {version}:", StringComparison.Ordinal));
        var head = CapturePod.TextOf(request, "head");

        Assert.Equal(("models", "1.3"), (request.Text("target"), request.Text("tls")));
        Assert.Contains($" {version}\n", head, StringComparison.Ordinal);
        Assert.Contains("\nhost: models.target.test\n", head, StringComparison.OrdinalIgnoreCase);
    }
}
