using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube.Controllers;

/// <summary>
/// Brings the world to what an object says. Called for one object by one caller at a time, with its state as it is now, however many changes
/// led there; again after a failure, after a restart, and for nothing.
/// </summary>
public interface IEntityController<TEntity>
    where TEntity : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>The object is there. <paramref name="entity"/> is shared with others and must not be changed.</summary>
    Task<ReconciliationResult<TEntity>> ReconcileAsync(TEntity entity, CancellationToken cancellationToken);

    /// <summary>The object is gone; <paramref name="entity"/> is the last that was seen of it. What must not be missed needs a finalizer.</summary>
    Task<ReconciliationResult<TEntity>> DeletedAsync(TEntity entity, CancellationToken cancellationToken);
}
