using System.Net.Sockets;
using K8sRecorder.Integration.Hostile;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Recordings;

namespace K8sRecorder.Integration.SpoolFaults;

/// <summary>What a start does with a spool that it cannot use now, or must not use: it waits for room, or says in one line what is to be done, with exit code 4.</summary>
public sealed class StartTests
{
    private const int Refused = 4;

    [SmallDiskFact]
    public async Task Start_on_a_full_disk_waits_for_room_and_lets_nobody_through()
    {
        await using var spool = new SmallSpool("Strict");
        spool.Disk.Fill();
        spool.Sidecar.Launch();
        await spool.Sidecar.UntilSaidAsync("the spool's disk is full");
        await Assert.ThrowsAsync<SocketException>(() => RawPeer.ToAsync(spool.Port));
        spool.Disk.Free();
        await spool.Sidecar.UntilReadyAsync();
        await spool.AskAsync(times: 3, size: 100);
        var (verdict, _) = await spool.EndAsync();
        Assert.Equal(Completeness.Complete, verdict.Completeness);
    }

    [SmallDiskFact]
    public async Task Stop_while_waiting_for_room_is_no_failure()
    {
        await using var spool = new SmallSpool("Strict");
        spool.Disk.Fill();
        spool.Sidecar.Launch();
        await spool.Sidecar.UntilSaidAsync("the spool's disk is full");
        await spool.Sidecar.StopAsync();
        Assert.Equal(0, spool.Sidecar.Process.ExitCode);
    }

    [SmallDiskFact]
    public async Task Killed_on_a_full_disk_with_its_key_lost_is_recovered_when_there_is_room()
    {
        await using var spool = new SmallSpool("Buffered");
        await spool.Sidecar.StartAgainAsync();
        await spool.AskAsync(times: 20, size: 500);
        await spool.UntilAsync("recorder_queue_waiting", 0);
        spool.Disk.Fill();
        await spool.Sidecar.KillAsync();
        Directory.Delete(spool.Sidecar.KeysFolder, recursive: true);
        spool.Sidecar.Launch();
        await spool.Sidecar.UntilSaidAsync("the spool's disk is full");
        spool.Disk.Free();
        await spool.Sidecar.UntilReadyAsync();
        await spool.AskAsync(times: 3, size: 100);
        await spool.Sidecar.StopWhenShippedAsync();
        var check = StoreCheck.Run(spool.Sidecar.StoreFolder);
        Assert.Empty(check.Problems);
        Assert.Equal(spool.Answered.Order(), SmallSpool.Bodies(check.Sessions.Values.SelectMany(records => records)).Order());
    }

    [SmallDiskFact]
    public async Task Read_only_disk_is_refused_in_words_and_loses_nothing()
    {
        await using var spool = new SmallSpool("Strict");
        await spool.Sidecar.StartAgainAsync();
        await spool.AskAsync(times: 5, size: 100);
        await spool.Sidecar.KillAsync();
        spool.Disk.Remount(readOnly: true);
        await RefusesAsync(spool.Sidecar, spool.Sidecar.SpoolFolder, "Read-only file system", "--spool");
        spool.Disk.Remount(readOnly: false);
        await spool.Sidecar.StartAgainAsync();
        var (verdict, records) = await spool.EndAsync();
        Assert.Equal(Completeness.Complete, verdict.Completeness);
        Assert.Equal(5, SmallSpool.Bodies(records).Count);
    }

    [Fact]
    public async Task Spool_of_a_newer_recorder_is_refused_and_left_as_it_is()
    {
        await using var sidecar = NewSidecar();
        Directory.CreateDirectory(sidecar.SpoolFolder);
        var version = Path.Combine(sidecar.SpoolFolder, "version");
        await File.WriteAllTextAsync(version, "k8srecorder-spool/99\n");
        await RefusesAsync(sidecar, version, "version 99", "Start the recorder that wrote it");
        Assert.Equal("k8srecorder-spool/99\n", await File.ReadAllTextAsync(version));
    }

    [Fact]
    public async Task Second_sidecar_on_a_spool_is_refused_and_the_first_goes_on()
    {
        await using var target = new ScriptedTarget();
        var port = Loopback.FreePort();
        await using var first = await SidecarProcess.StartAsync(Policies.OneTarget(port, new Uri($"http://127.0.0.1:{target.Port}")));
        await using var second = NewSidecar();
        second.Launch(spool: first.SpoolFolder);
        Assert.Equal(Refused, await second.UntilEndedAsync());
        Says(second, first.SpoolFolder, "in use by another process", "another --spool");
        second.Launch(keys: first.KeysFolder);
        Assert.Equal(Refused, await second.UntilEndedAsync());
        Says(second, first.KeysFolder, "in use by another process", "another --keys");
        using (var agent = await RawPeer.ToAsync(port))
        {
            await agent.SendAsync("GET /after HTTP/1.1\r\nHost: t\r\n\r\n");
            Assert.Equal((200, "GET /after "), await agent.ReadAnswerAsync());
        }

        await first.StopWhenShippedAsync();
        var (exitCode, output) = await PluginProcess.RunAsync(first.Store, "verify", "--trust", first.Fingerprint);
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Spool_of_another_owner_is_refused_in_words()
    {
        using var folder = new TemporaryFolder();
        await using var sidecar = NewSidecar(Ordinary(folder));
        Directory.CreateDirectory(sidecar.SpoolFolder);
        File.SetUnixFileMode(sidecar.SpoolFolder, UnixFileMode.None);
        await RefusesAsync(sidecar, sidecar.SpoolFolder, "denied", "--spool");
        File.SetUnixFileMode(sidecar.SpoolFolder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await RefusesAsync(sidecar, sidecar.SpoolFolder, "denied", "--spool");
    }

    [Fact]
    public async Task File_of_the_spool_that_may_not_be_read_is_refused_in_words()
    {
        using var folder = new TemporaryFolder();
        await using var target = new ScriptedTarget();
        var port = Loopback.FreePort();
        await using var sidecar = new SidecarProcess(
            Policies.OneTarget(port, new Uri($"http://127.0.0.1:{target.Port}")), executable: Ordinary(folder));
        await sidecar.StartAgainAsync();
        await sidecar.KillAsync();
        var file = Directory.GetFiles(sidecar.SpoolFolder, "*.open", SearchOption.AllDirectories).Single();
        File.SetUnixFileMode(file, UnixFileMode.None);
        await RefusesAsync(sidecar, file, "denied");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await sidecar.StartAgainAsync();
    }

    [Fact]
    public async Task Spool_deleted_under_a_running_sidecar_ends_it_before_it_signs_over_nothing()
    {
        await using var target = new ScriptedTarget();
        var port = Loopback.FreePort();
        var policy = Policies.OneTarget(port, new Uri($"http://127.0.0.1:{target.Port}")) + "  spool: { headInterval: 1s }\n";
        await using var sidecar = await SidecarProcess.StartAsync(policy);
        while (!Directory.EnumerateFiles(sidecar.StoreFolder, "open.json", SearchOption.AllDirectories).Any())
            await Task.Delay(10); // what the store does not know of, nobody misses
        foreach (var folder in Directory.GetDirectories(sidecar.SpoolFolder))
            Directory.Delete(folder, recursive: true);
        using (var agent = await RawPeer.ToAsync(port))
            await agent.SendAsync("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
        Assert.Equal(1, await sidecar.UntilEndedAsync());
        Says(sidecar, "recording has failed and cannot go on", ".open");
        await sidecar.StartAgainAsync();
        await sidecar.StopWhenShippedAsync();
        var (exitCode, output) = await PluginProcess.RunAsync(sidecar.Store, "verify");
        Assert.Equal(2, exitCode);
        Assert.Contains("open-ended", output, StringComparison.Ordinal);
    }

    private static SidecarProcess NewSidecar(string? executable = null) =>
        new(Policies.OneTarget(Loopback.FreePort(), new Uri("http://127.0.0.1:1")), executable: executable);

    private static async Task RefusesAsync(SidecarProcess sidecar, params string[] words)
    {
        sidecar.Launch();
        Assert.Equal(Refused, await sidecar.UntilEndedAsync());
        Says(sidecar, words);
    }

    /// <summary>One line of the output has all of this.</summary>
    private static void Says(SidecarProcess sidecar, params string[] words) => Assert.True(
        sidecar.Output.Split('\n').Any(line => words.All(word => line.Contains(word, StringComparison.Ordinal))), sidecar.Output);

    /// <summary>A script that starts the sidecar without root's right to open what is another's.</summary>
    private static string Ordinary(TemporaryFolder folder)
    {
        var script = folder["sidecar.sh"];
        var sidecar = Path.Combine(AppContext.BaseDirectory, "k8srecorder-sidecar");
        var drop = Environment.IsPrivilegedProcess ? "setpriv --bounding-set=-dac_override,-dac_read_search " : "";
        File.WriteAllText(script, $"#!/bin/sh\nexec {drop}'{sidecar}' \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return script;
    }
}
