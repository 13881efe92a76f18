using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube.Controllers;

/// <summary>How a reconciliation ended, and when to come again.</summary>
public sealed record ReconciliationResult<TEntity>
    where TEntity : IKubernetesObject<V1ObjectMeta>
{
    private ReconciliationResult(TEntity entity, string? errorMessage, Exception? error, TimeSpan? requeueAfter)
    {
        Entity = entity;
        ErrorMessage = errorMessage;
        Error = error;
        RequeueAfter = requeueAfter;
    }

    public TEntity Entity { get; }

    public bool IsSuccess => ErrorMessage is null;

    /// <summary>What went wrong; null: nothing.</summary>
    public string? ErrorMessage { get; }

    public Exception? Error { get; }

    /// <summary>Null: after a success when it changes, after a failure with growing waits.</summary>
    public TimeSpan? RequeueAfter { get; }

    public static ReconciliationResult<TEntity> Success(TEntity entity, TimeSpan? requeueAfter = null) => new(entity, null, null, requeueAfter);

    public static ReconciliationResult<TEntity> Failure(TEntity entity, string errorMessage, Exception? error = null, TimeSpan? requeueAfter = null) =>
        new(entity, errorMessage, error, requeueAfter);
}
