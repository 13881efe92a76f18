using K8sRecorder.Operator;

// Its parts are built and tested one by one; until they are joined here there is nothing to run.
await Output.ProblemAsync("k8srecorder-operator: this build injects and admits as a library only; there is nothing to run yet");
return 3;
