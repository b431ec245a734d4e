using Xunit.Sdk;
using Xunit.v3;

// Two whole portals at once would only wait for each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
