using System.Net.Sockets;
using System.Runtime.InteropServices;
using Azure.Identity;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Sidecar.Init;
using K8sRecorder.Sidecar.Startup;
using Microsoft.Extensions.Logging.Console;

const int Done = 0;
const int Failed = 1;
const int Usage = 3;
const int SpoolRefused = 4;

// The init container's step, and nothing else: no part of the sidecar is started for it.
if (args is ["init", .. var rest])
    return await InitCommand.RunAsync(rest);

// Socket completions run where they are noticed instead of on another thread first; nothing on those ways waits for anything.
// Read by the runtime at its first socket.
const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
    Environment.SetEnvironmentVariable(InlineCompletions, "1");

NativeHeap.StaySmall();
var problems = new List<string>();
var line = CommandLine.Read(args, Environment.GetEnvironmentVariable("RECORDER_STORE"), problems);
var azure = Environment.GetEnvironmentVariable("AZURE_STORAGE_CONNECTION_STRING") is { Length: > 0 } connection
    ? AzureAccess.ByConnectionString(connection)
    : line?.Store.StartsWith("azblob:", StringComparison.Ordinal) == true ? AzureAccess.ByIdentity(new DefaultAzureCredential()) : null;
var configuration = line is null ? null : SidecarConfiguration.Read(line, azure, problems);
if (configuration is null)
{
    foreach (var problem in problems)
        Output.Problem($"k8srecorder-sidecar: {problem}");
    if (line is null)
        Output.Problem(CommandLine.Usage);
    return Usage;
}

using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console =>
{
    console.SingleLine = true;
    console.ColorBehavior = LoggerColorBehavior.Disabled;
    console.UseUtcTimestamp = true;
    console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
}));
var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
using var stopped = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
try
{
    await using var run = await SidecarRun.StartAsync(configuration, TimeProvider.System, loggers, stopped.Token);
    Output.Line(ReadyLine.Of(configuration, run));
    BundlePages.Forget();
    await Task.WhenAny(told.Task, run.Failed);
    if (run.Failed.Exception?.InnerException is { } cause)
        Output.Problem($"k8srecorder-sidecar: recording has failed and cannot go on: {cause.Message.TrimEnd('.')}. The next start recovers what is in the spool");
    await run.StopAsync();
    return run.Failed.IsFaulted ? Failed : Done;
}
catch (OperationCanceledException) when (stopped.IsCancellationRequested)
{
    return Done; // told to stop while it waited for room
}
catch (Exception failure) when (failure is StoreException or K8sRecorder.Sidecar.Trust.TrustException or SocketException or IOException or UnauthorizedAccessException)
{
    Output.Problem($"k8srecorder-sidecar: {failure.Message}");
    return failure is SpoolRefusedException ? SpoolRefused : Failed;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true; // we stop in our own order
    told.TrySetResult();
    stopped.Cancel();
}
