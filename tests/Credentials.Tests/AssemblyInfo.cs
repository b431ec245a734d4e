using DevPortal.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Servers))]
