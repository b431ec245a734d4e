using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("DevPortal.Gateway.Tests")]
