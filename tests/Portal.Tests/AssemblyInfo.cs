using Xunit.Sdk;
using Xunit.v3;

// They share one portal and one browser on a small machine.
[assembly: Parallelization(Mode = ParallelMode.None)]
