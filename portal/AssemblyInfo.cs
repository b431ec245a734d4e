using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("DevPortal.Portal.Tests")]
