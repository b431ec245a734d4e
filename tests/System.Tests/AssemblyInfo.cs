using Xunit.Sdk;
using Xunit.v3;

// Two portals at once: half of a test's time is waiting (for a broker that is away, an alert that is due, a lease that ends). More would only wait for each other.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]
