using System.Net.Sockets;
using System.Runtime.InteropServices;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>The recorder itself, looked at by an agent that sees its processes and files (as in a pod that shares them): another uid gets at nothing.</summary>
[Collection(SharedRecording.Name)]
public sealed class OwnProcessTests(RecordingCapture pod)
{
    private const int Attach = 16, Seize = 0x4206, Kill = 9, NotPermitted = 1;

    [NetworkFact]
    public void Memory_is_not_read_and_nothing_is_sent_to_it()
    {
        var id = pod.Sidecar.Process.Id;
        string[] files = ["mem", "environ", "maps", "auxv", "stack", "fd/0", "root/etc/hostname", "cwd/."];
        foreach (var file in files)
        {
            var error = Refused(() => File.ReadAllBytes($"/proc/{id}/{file}"));
            Assert.True(error is UnauthorizedAccessException or IOException, $"{file}: {error?.ToString() ?? "was read"}");
        }
        Assert.Equal((NotPermitted, NotPermitted, NotPermitted), pod.Agent.As(RedirectedPod.AgentUid, Rights.None, () => (
            Trace(Attach, id, 0, 0) == 0 ? 0 : Marshal.GetLastPInvokeError(),
            Trace(Seize, id, 0, 0) == 0 ? 0 : Marshal.GetLastPInvokeError(),
            Signal(id, Kill) == 0 ? 0 : Marshal.GetLastPInvokeError())));
        Assert.False(pod.Sidecar.Process.HasExited);
    }

    [NetworkFact]
    public void Keys_and_spool_are_not_read()
    {
        string[] files =
        [
            .. new[] { pod.Sidecar.KeysFolder, pod.Sidecar.SpoolFolder, pod.AuthorityFolder }.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)),
        ];
        Assert.True(files.Length >= 3);

        foreach (var file in files)
            Assert.True(Refused(() => File.ReadAllBytes(file)) is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException, file);
    }

    /// <summary>Abstract ones are of the network namespace, whatever is mounted where; the runtime's own, for debuggers, is a file of its uid.</summary>
    [NetworkFact]
    public void No_unix_socket_answers_an_agent()
    {
        var sockets = pod.Agent.Run("cat", "/proc/net/unix").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(' ')[^1]).ToList();
        Assert.DoesNotContain(sockets, name => name.StartsWith('@'));
        foreach (var file in sockets.Where(name => name.StartsWith('/') && File.Exists(name)))
        {
            Assert.IsType<SocketException>(Refused(() =>
            {
                using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                socket.Connect(new UnixDomainSocketEndPoint(file));
            }));
        }
    }

    private Exception? Refused(Action attempt) => pod.Agent.As(RedirectedPod.AgentUid, Rights.None, () => Record.Exception(attempt));

    [DllImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    private static extern nint Trace(nint request, nint process, nint address, nint data);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Signal(int process, int signal);
}
