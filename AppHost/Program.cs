using DevPortal.AppHost;
using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);

// `--Infrastructure:External=true` runs the services against PostgreSQL and RabbitMQ servers that are
// already there (ConnectionStrings:* of the AppHost), so no container runtime is needed.
var external = builder.ExecutionContext.IsRunMode
    && builder.Configuration.GetValue<bool>("Infrastructure:External");

// Where nothing is configured, a run on a developer's machine gets a gateway of its own and people to sign in as.
// None of it is ever in a published manifest.
var demo = builder.ExecutionContext.IsRunMode && string.IsNullOrEmpty(builder.Configuration["Parameters:tyk-url"])
    ? new DemoRun(builder)
    : null;

var publicUrl = builder.AddParameter("public-url", new DefaultsTo("http://localhost:8080"));
var sealKey = builder.AddGeneratedSecret("seal-key");
var hashPepper = builder.AddGeneratedSecret("hash-pepper");
var keyPepper = builder.AddGeneratedSecret("key-pepper");
var portalSecret = builder.AddGeneratedSecret("portal-secret");
var bootstrapToken = builder.AddSecret("bootstrap-token");

// A front end of somebody's own on the API: the client 'frontend'. More come from configuration (Clients:<id>).
var frontendRedirectUris = builder.AddParameter("frontend-redirect-uris", new DefaultsTo(demo is null ? "" : DemoRun.Frontend + "/"));
var frontendOrigins = builder.AddParameter("frontend-origins", new DefaultsTo(demo is null ? "" : DemoRun.Frontend));

var tyk = new TykSource(
    Kind: builder.AddParameter("tyk-kind", new DefaultsTo("gateway")),
    Url: builder.AddParameter("tyk-url", new DefaultsTo(demo?.TykUrl ?? "")),
    Secret: builder.AddParameter("tyk-secret", new DefaultsTo(demo?.TykSecret ?? ""), secret: true),
    OrgId: builder.AddParameter("tyk-org-id", new DefaultsTo(demo?.TykOrgId ?? "")),
    PublicUrl: builder.AddParameter("tyk-public-url", new DefaultsTo(demo?.TykUrl ?? "")),
    Path: builder.AddParameter("tyk-path", new DefaultsTo("")));

var postgres = external ? null : builder
    .AddPostgres("postgres",
        userName: builder.AddParameter("postgres-user", new DefaultsTo("devportal")),
        password: builder.AddSecret("postgres-password"))
    .WithImageTag("17.6")
    .WithDataVolume("devportal-postgres")
    .WithLifetime(ContainerLifetime.Persistent);

IResourceBuilder<IResourceWithConnectionString> rabbitmq = external
    ? builder.AddConnectionString("rabbitmq")
    : builder
        .AddRabbitMQ("rabbitmq",
            userName: builder.AddParameter("rabbitmq-user", new DefaultsTo("devportal")),
            password: builder.AddSecret("rabbitmq-password"))
        .WithImageTag("4.1.4")
        .WithDataVolume("devportal-rabbitmq")
        .WithLifetime(ContainerLifetime.Persistent);

var identityDb = AddDatabase("identitydb", "identity");
var catalogDb = AddDatabase("catalogdb", "catalog");
var provisioningDb = AddDatabase("provisioningdb", "provisioning");
var credentialsDb = AddDatabase("credentialsdb", "credentials");
var tykSyncDb = AddDatabase("tyksyncdb", "tyksync");
var portalDb = AddDatabase("portaldb", "portal");

var identity = AddService<Projects.Identity>("identity", identityDb)
    .WithEnvironment("SealKey", sealKey)
    .WithEnvironment("HashPepper", hashPepper)
    .WithEnvironment("BootstrapToken", bootstrapToken)
    .WithEnvironment("Clients__frontend__RedirectUris", frontendRedirectUris)
    .WithEnvironment("Clients__frontend__Origins", frontendOrigins);

var catalog = AddService<Projects.Catalog>("catalog", catalogDb)
    .WithReference(identity).WaitFor(identity);

var provisioning = AddService<Projects.Provisioning>("provisioning", provisioningDb)
    .WithReference(identity).WaitFor(identity);

var credentials = AddService<Projects.Credentials>("credentials", credentialsDb)
    .WithReference(identity).WaitFor(identity)
    .WithEnvironment("SealKey", sealKey)
    .WithEnvironment("KeyPepper", keyPepper)
    .WithTykSource("tyk", tyk);

var tykSync = AddService<Projects.TykSync>("tyk-sync", tykSyncDb)
    .WithReference(identity).WaitFor(identity)
    .WithTykSource("tyk", tyk);

var gateway = builder.AddProject<Projects.Gateway>("gateway")
    .PublishHttpOnly()
    .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ServiceDiscovery)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithEnvironment("PublicUrl", publicUrl)
    .WithEnvironment("Clients__frontend__RedirectUris", frontendRedirectUris)
    .WithEnvironment("Clients__frontend__Origins", frontendOrigins)
    .WithEnvironment("PortalSecret", portalSecret)
    .WithReference(identity).WaitFor(identity)
    .WithReference(catalog).WaitFor(catalog)
    .WithReference(provisioning).WaitFor(provisioning)
    .WithReference(credentials).WaitFor(credentials)
    .WithReference(tykSync).WaitFor(tykSync);

var portal = builder.AddProject<Projects.Portal>("portal")
    .PublishHttpOnly()
    .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString | ReferenceEnvironmentInjectionFlags.ServiceDiscovery)
    .WithHttpHealthCheck("/health")
    .WithEnvironment("PublicUrl", publicUrl)
    .WithReference(portalDb).WaitFor(portalDb)
    .WithReference(gateway).WaitFor(gateway)
    .WithEnvironment("SealKey", sealKey)
    .WithEnvironment("PortalSecret", portalSecret);

// The portal calls the gateway, so the gateway must not wait for it: a circle would hang.
gateway.WithReference(portal);

demo?.Fill(identity, tykSync, gateway, publicUrl, bootstrapToken);

builder.Build().Run();

IResourceBuilder<IResourceWithConnectionString> AddDatabase(string name, string databaseName) =>
    postgres is null ? builder.AddConnectionString(name) : postgres.AddDatabase(name, databaseName);

IResourceBuilder<ProjectResource> AddService<TProject>(string name, IResourceBuilder<IResourceWithConnectionString> database)
    where TProject : IProjectMetadata, new() =>
    builder.AddProject<TProject>(name)
        .PublishHttpOnly()
        .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString | ReferenceEnvironmentInjectionFlags.ServiceDiscovery)
        .WithHttpHealthCheck("/health")
        .WithEnvironment("PublicUrl", publicUrl)
        .WithReference(database).WaitFor(database)
        .WithReference(rabbitmq).WaitFor(rabbitmq);
