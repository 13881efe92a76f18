namespace K8sRecorder.Masking;

/// <summary>Something in <see cref="MaskingOptions"/> that cannot be enforced.</summary>
/// <param name="Field">The option, named as in a policy below <c>masking</c>: <c>rules[0].pattern</c>.</param>
/// <param name="Reason">Why, in a sentence.</param>
public readonly record struct MaskingProblem(string Field, string Reason);
