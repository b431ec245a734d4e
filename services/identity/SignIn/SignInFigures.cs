using System.Diagnostics.Metrics;
using DevPortal.ServiceDefaults;

namespace DevPortal.Identity.SignIn;

static class SignInFigures
{
    static readonly Counter<long> Failures = Telemetry.Meter.CreateCounter<long>("devportal.sign_in.failures", "{try}", "Sign-ins that failed, by reason; nobody is named.");

    public static void WrongPassword() => Failures.Add(1, new KeyValuePair<string, object?>("reason", "wrong"));

    public static void TooManyTries() => Failures.Add(1, new KeyValuePair<string, object?>("reason", "too-many"));
}
