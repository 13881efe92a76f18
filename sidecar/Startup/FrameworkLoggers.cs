using K8sRecorder.Sidecar.Accept;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sRecorder.Sidecar.Startup;

/// <summary>
/// Loggers for Kestrel and the forwarder. Their messages may hold request lines, URLs with their queries and the texts of
/// exceptions, so nothing of a message passes: the category and the event's name, from Warning up, a few a minute.
/// </summary>
internal sealed class FrameworkLoggers(ILogger logger, TimeProvider time) : ILoggerFactory
{
    private readonly LogBudget _budget = new(time);

    // the forwarder tells of every exchange that failed; so do our own log, the metrics and the recording
    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Yarp.", StringComparison.Ordinal) ? NullLogger.Instance : new NameOnly(categoryName, logger, _budget);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class NameOnly(string category, ILogger logger, LogBudget budget) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel) && budget.TryTake())
                logger.FrameworkEvent(category, eventId.Name ?? "unnamed", exception?.GetType().Name ?? "no exception");
        }
    }
}
