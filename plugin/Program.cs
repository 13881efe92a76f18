using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Output;

#pragma warning disable RS0030 // the one place that reads the environment
Func<string, string?> environment = Environment.GetEnvironmentVariable;
#pragma warning restore RS0030
return await new App(SystemTerminal.Open(environment), TimeProvider.System, environment).RunAsync(args, CancellationToken.None);
