using DevPortal.Portal.Api;
using DevPortal.Portal.Components;
using DevPortal.Portal.Pages.Catalog;
using DevPortal.Portal.Sessions;
using DevPortal.Portal.Startup;
using DevPortal.Portal.Web;
using DevPortal.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
// A plain build would look for changed assets at every call, and have browsers ask anew for each.
if (!builder.Environment.IsDevelopment()) builder.Configuration["ReloadStaticAssetsAtRuntime"] = "false";
builder.AddServiceDefaults();
builder.AddDatabase();
builder.AddSessions();
builder.AddPublicApi();
builder.AddBrand();
builder.AddPageCompression();
builder.Services.AddLocalization();
builder.Services.AddRazorComponents();

var app = builder.Build();
app.UsePublicAddress();
app.UseServiceDefaults();
app.UsePageCompression();
app.UsePageHeaders();
app.UseLanguage();
app.UseErrorPages();
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();
app.UseShownAgain();

app.MapStaticAssets().AllowAnonymous();
app.MapBrand();
app.MapSessions();
app.MapOpenApiDocument();
app.MapRazorComponents<Document>();

await app.RunWithDatabaseAsync(args);

public partial class Program;
