using System.Globalization;
using DevPortal.Portal.Api;
using Microsoft.Extensions.Localization;

namespace DevPortal.Portal.Web;

/// <summary>Limits in the words that people use: "1,000 requests per minute, 50,000 per month".</summary>
static class Limits
{
    public static string Words(Plan plan, IStringLocalizer<Texts> t) => (Rate(plan, t), Quota(plan, t)) switch
    {
        (null, null) => t["No limits"],
        ({ } rate, null) => $"{rate.Amount} {rate.Unit}",
        (null, { } quota) => $"{quota.Amount} {quota.Unit}",
        ({ } rate, { } quota) => $"{rate.Amount} {rate.Unit}, {quota.Amount} {Renewal(plan, t)}",
    };

    public static (string Amount, string Unit)? Rate(Plan plan, IStringLocalizer<Texts> t) => plan is { Rate: { } rate, Per: { } per }
        ? (Number(rate), rate == 1 ? t["request {0}", Every(per, t)] : t["requests {0}", Every(per, t)]) : null;

    public static (string Amount, string Unit)? Quota(Plan plan, IStringLocalizer<Texts> t) => plan.Quota is { } quota
        ? (Number(quota), t[quota == 1 ? "request {0}" : "requests {0}", Renewal(plan, t)]) : null;

    static string Renewal(Plan plan, IStringLocalizer<Texts> t) => plan.QuotaRenewal is { } seconds ? Every(seconds, t) : t["in all"];

    public static string Lifetime(long seconds, IStringLocalizer<Texts> t) => seconds switch
    {
        >= 86400 => Many(seconds / 86400, t["1 day"], t["{0} days"]),
        >= 3600 => Many(seconds / 3600, t["1 hour"], t["{0} hours"]),
        _ => Many(Math.Max(1, seconds / 60), t["1 minute"], t["{0} minutes"]),
    };

    public static string Many(long count, string one, string more) => count == 1 ? one : string.Format(CultureInfo.CurrentCulture, more, Number(count));

    static string Every(double seconds, IStringLocalizer<Texts> t) => seconds switch
    {
        1 => t["per second"],
        60 => t["per minute"],
        3600 => t["per hour"],
        86400 => t["per day"],
        604800 => t["per week"],
        >= 2419200 and <= 2678400 => t["per month"],
        >= 31536000 and <= 31622400 => t["per year"],
        _ when seconds % 86400 == 0 => t["per {0} days", Number(seconds / 86400)],
        _ when seconds % 3600 == 0 => t["per {0} hours", Number(seconds / 3600)],
        _ when seconds % 60 == 0 => t["per {0} minutes", Number(seconds / 60)],
        _ => t["per {0} seconds", Number(seconds)],
    };

    static string Number(double number) => number.ToString("#,##0.##", CultureInfo.CurrentCulture);
}
