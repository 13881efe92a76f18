using System.ComponentModel;
using System.Runtime.InteropServices;

namespace K8sRecorder.Integration.Dns;

/// <summary>Mounts that only one thread sees (unshare(2), mount(2)); the thread is not to be used for anything else.</summary>
internal static class MountNamespace
{
    private const int NewMounts = 0x00020000;
    private const ulong BindMount = 0x1000;
    private const ulong Private = 0x40000;
    private const ulong Recursive = 0x4000;

    public static void Enter()
    {
        if (unshare(NewMounts) != 0 || mount("none", "/", null, Private | Recursive, 0) != 0)
            throw new Win32Exception();
    }

    public static void Bind(string source, string target)
    {
        if (mount(source, target, null, BindMount, 0) != 0)
            throw new Win32Exception();
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int unshare(int flags);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi)]
    private static extern int mount(string source, string target, string? type, ulong flags, nint data);
}
