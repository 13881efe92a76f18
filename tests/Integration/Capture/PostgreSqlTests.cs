using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Integration.Capture;

/// <summary>psql, whose TLS begins in the middle of its own protocol.</summary>
[Collection(SharedRecording.Name)]
public sealed class PostgreSqlTests(RecordingCapture pod)
{
    [PostgreSqlFact]
    public async Task Psql_is_recorded()
    {
        await using var server = await PostgreSqlServer.StartAsync(pod.World.Network, pod.World.Authority);
        foreach (var mode in new[] { "require", "verify-full" })
        {
            var (exitCode, said) = await pod.RunAsync(
                "psql", ["-At", "-c", $"select 'marker-{mode}', ssl from pg_stat_ssl where pid = pg_backend_pid()", $"host=db.target.test user=postgres dbname=postgres sslmode={mode}"],
                ("PGSSLROOTCERT", pod.Bundle(TrustBundle.PemName)));
            Assert.Equal((0, $"marker-{mode}|t\n"), (exitCode, said));

            var data = await pod.RecordAsync("tcp.data", record => CapturePod.TextOf(record, "body").Contains($"select 'marker-{mode}'", StringComparison.Ordinal));
            var opened = await pod.RecordAsync("channel.opened", record => record.Channel == data.Channel && record.Session.Id == data.Session.Id);
            Assert.Equal(
                ("db", "PostgreSQL", "1.3", $"{World.Database}:5432"),
                (opened.Text("target"), opened.Text("protocol"), opened.Text("tls"), opened.Text("destination")));
        }
        var (untrusted, refusal) = await pod.RunAsync(
            "psql", ["-c", "select 1", "host=db.target.test user=postgres dbname=postgres sslmode=verify-full"], ("PGSSLROOTCERT", pod.RealAuthority));
        Assert.True(untrusted != 0, refusal);
    }
}
