// Stands for a service in the tests of LocalRun: it is healthy, and tells its environment.
var app = WebApplication.CreateSlimBuilder(args).Build();
app.MapGet("/health", () => "Healthy");
app.MapGet("/environment", () => Environment.GetEnvironmentVariables().Keys.Cast<string>().ToDictionary(name => name, Environment.GetEnvironmentVariable));
app.MapGet("/process", () => Environment.ProcessId);
app.Run();
