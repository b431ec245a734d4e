using DevPortal.Gateway;
using DevPortal.ServiceDefaults;

// Nothing here blocks, so a call goes on where its bytes came in; read once, by the sockets themselves.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
builder.AddServiceDefaults();
// YARP names the address of each request, and a one-time link is one; a line for each failed probe would be most of the log.
builder.Logging.AddFilter("Yarp", LogLevel.Warning);
builder.Logging.AddFilter("Yarp.ReverseProxy.Health", LogLevel.Error);
builder.AddTokens();
builder.AddTrustedProxies();
builder.AddFrontEnds();
builder.AddPortalCalls();
builder.AddLimits();
builder.AddPersonalAccessTokens();
builder.AddRoutes();
builder.Services.AddLocalization();
builder.Services.AddOptions<BrandOptions>().BindConfiguration("Brand").ValidateDataAnnotations().ValidateOnStart();

var app = builder.Build();
app.UseSecurityHeaders();
app.UseServiceDefaults();
app.UseLanguage();
app.UseTrustedProxies();
app.UsePortalCalls();
app.UseCorrelation();
app.UseFrontEnds();
app.UseRequestChecks();
app.UseOneAddress();
app.UseRouting();
app.UsePersonalAccessTokens();
app.UseTokens();
app.UseLimits();
app.UseCallers();

app.MapRoutes();
app.MapDocs();
app.MapLogo();
app.MapRefusalPage();
app.Run();
