using System.Text.Json;

namespace DevPortal.Tyk;

/// <summary>
/// What a plan allows, normalised: null = unlimited (Tyk writes -1, 0 or nothing). <see cref="Rate"/> calls in <see cref="Per"/> seconds,
/// <see cref="Quota"/> calls in <see cref="QuotaRenewal"/> seconds. Rate and Per are null together; without a quota there is no renewal.
/// </summary>
public sealed record Limits(double? Rate, double? Per, long? Quota, long? QuotaRenewal)
{
    /// <summary>No limit at all.</summary>
    public static readonly Limits None = new(null, null, null, null);

    public bool IsUnlimited => this == None;

    internal static Limits Read(JsonElement from, bool rate = true, bool quota = true)
    {
        double? calls = null, per = null;
        if (rate && from.Number("rate") is > 0 and var r && from.Number("per") is > 0 and var p)
        {
            (calls, per) = (r, p);
        }

        long? max = quota && from.Whole("quota_max") is > 0 and var q ? q : null;
        long? renewal = max is not null && from.Whole("quota_renewal_rate") is > 0 and var s ? s : null;
        return new Limits(calls, per, max, renewal);
    }

    public override string ToString() =>
        $"{(Rate is null ? "any rate" : $"{Rate} per {Per} s")}, {(Quota is null ? "no quota" : QuotaRenewal is null ? $"{Quota} in all" : $"{Quota} in {QuotaRenewal} s")}";
}
