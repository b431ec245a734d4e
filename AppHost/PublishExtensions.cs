namespace DevPortal.AppHost;

internal static class PublishExtensions
{
    /// <summary>Publishes only the http endpoint: in the cluster, TLS ends at the ingress.</summary>
    public static IResourceBuilder<ProjectResource> PublishHttpOnly(this IResourceBuilder<ProjectResource> project)
    {
        if (project.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            foreach (var https in project.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme == "https").ToList())
            {
                project.Resource.Annotations.Remove(https);
            }
        }

        return project;
    }
}
