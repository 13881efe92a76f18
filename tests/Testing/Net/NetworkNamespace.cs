using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace K8sRecorder.Testing.Net;

/// <summary>
/// A network namespace of a test's own. Code runs in it on a thread of its own that entered it, with the filesystem uid that is asked for:
/// sockets that it opens belong to the namespace and to that uid for good, also when another thread uses them later.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    private const int NewNet = 0x40000000; // CLONE_NEWNET
    private const uint NetRaw = 1 << 13;
    private const uint CapabilityVersion3 = 0x20080522;

    private static int _count;

    /// <summary>Makes it; its lo is up.</summary>
    public NetworkNamespace()
    {
        Name = $"recorder-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        Tool.Run("ip", "netns", "add", Name);
        Tool.Run("ip", "-n", Name, "link", "set", "lo", "up");
    }

    /// <summary>As <c>ip netns</c> knows it.</summary>
    public string Name { get; }

    /// <summary>Runs something in it as a uid, with every capability that the tests have.</summary>
    public T As<T>(uint uid, Func<T> what) => As(uid, Rights.All, what);

    /// <summary>Runs something in it as a uid, with these capabilities.</summary>
    public T As<T>(uint uid, Rights rights, Func<T> what)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(uid, rights);
                result = what();
            }
            catch (Exception thrown)
            {
                failure = ExceptionDispatchInfo.Capture(thrown);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    /// <summary>A program in it, as root.</summary>
    public ProcessStartInfo Command(string program, params string[] arguments) => new("ip", ["netns", "exec", Name, program, .. arguments]);

    /// <summary>Runs a program in it to its end, as root; what it printed.</summary>
    public string Run(string program, params string[] arguments) => Tool.Run("ip", ["netns", "exec", Name, program, .. arguments]);

    /// <summary>Takes it away; processes in it keep it until they end.</summary>
    public void Dispose() => Tool.Run("ip", "netns", "del", Name);

    private void Enter(uint uid, Rights rights)
    {
        using (var file = File.OpenHandle($"/run/netns/{Name}"))
        {
            if (SetNamespace((int)file.DangerousGetHandle(), NewNet) != 0)
                throw new InvalidOperationException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        _ = SetFsUid(uid);
        if (rights == Rights.All)
            return;
        var kept = rights == Rights.NetRaw ? NetRaw : 0;
        if (SetCapabilities([CapabilityVersion3, 0], [kept, kept, 0, 0, 0, 0]) != 0)
            throw new InvalidOperationException($"capset: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static extern int SetNamespace(int descriptor, int kind);

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFsUid(uint uid);

    [DllImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static extern int SetCapabilities(uint[] header, uint[] data);
}
