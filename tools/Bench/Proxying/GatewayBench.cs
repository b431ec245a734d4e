namespace DevPortal.Bench;

/// <summary>The gateway with a token, limits and headers on, beside a bare YARP and nginx as a plain proxy, all in front of the same server, in turns.</summary>
static class GatewayBench
{
    const int Connections = 64, PerSecond = 960;
    const double LeastOfYarp = 0.75, LeastOfNginx = 0.45, MostOfYarp = 1.3;

    static readonly TimeSpan Warm = TimeSpan.FromSeconds(10), Length = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Measured>> RunAsync(int runs, Action<string> say, CancellationToken ct)
    {
        await using var peers = new Peers();
        await peers.StartAsync(ct);
        var token = peers.Token();
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        Proxy[] all = [new("nginx", peers.Nginx, null, token, http), new("bare YARP", peers.Yarp, peers.YarpProcess, token, http), new("gateway", peers.Gateway, peers.GatewayProcess, token, http)];
        say("warming up");
        foreach (var proxy in all)
        {
            await proxy.RateAsync(Warm, ct);
            await proxy.PaceAsync(ct);
        }

        for (var run = 1; run <= runs; run++)
        {
            say($"run {run} of {runs}");
            foreach (var proxy in all)
            {
                var before = proxy.Worked();
                proxy.Rates.Add(await proxy.RateAsync(Length, ct));
                proxy.Work.Add((proxy.Worked() - before).TotalMicroseconds / (proxy.Rates[^1] * Length.TotalSeconds));
            }


            foreach (var proxy in all)
            {
                var times = await proxy.PaceAsync(ct);
                proxy.Medians.Add(Median.Of(times));
                proxy.Tails.Add(Median.Quantile(times, 0.99));
            }
        }

        var (nginx, yarp, ours) = (all[0], all[1], all[2]);
        return
        [
            .. all.Select(proxy => new Measured($"{proxy.Name}, {Connections} connections", $"{Median.Of(proxy.Rates):0} a second{(proxy.Process is null ? "" : $", {Median.Of(proxy.Work):0} µs of processor a call")}", [])),
            Ratio("gateway's rate of bare YARP's", ours.Rates, yarp.Rates, ratio => ratio >= LeastOfYarp, $"at least {LeastOfYarp}"),
            Ratio("gateway's rate of nginx's", ours.Rates, nginx.Rates, ratio => ratio >= LeastOfNginx, $"at least {LeastOfNginx}"),
            .. all.Select(proxy => new Measured($"{proxy.Name}, {PerSecond} a second", $"p50 {Median.Of(proxy.Medians):0.00} ms, p99 {Median.Of(proxy.Tails):0.00} ms", [])),
            Ratio("gateway's p50 of bare YARP's", ours.Medians, yarp.Medians, ratio => ratio <= MostOfYarp, $"at most {MostOfYarp}"),
            Ratio("gateway's p99 of bare YARP's", ours.Tails, yarp.Tails, ratio => ratio <= MostOfYarp, $"at most {MostOfYarp}"),
        ];
    }

    /// <summary>The median of the ratios within each run: what slows a run down slows both.</summary>
    static Measured Ratio(string what, IEnumerable<double> ours, IEnumerable<double> theirs, Func<double, bool> isMet, string goal)
    {
        var ratio = Median.Of(ours.Zip(theirs, (our, their) => our / their));
        return new(what, $"{ratio:0.00}", isMet(ratio) ? [] : [goal]);
    }

    sealed record Proxy(string Name, Uri Address, int? Process, string Token, HttpClient Http)
    {
        public List<double> Rates { get; } = [];

        /// <summary>Of the processor, for one call, in microseconds.</summary>
        public List<double> Work { get; } = [];

        public List<double> Medians { get; } = [];

        public List<double> Tails { get; } = [];

        public TimeSpan Worked() => Process is { } id ? System.Diagnostics.Process.GetProcessById(id).TotalProcessorTime : TimeSpan.Zero;

        Uri Page => new(Address, "/api/provisioning/requests");

        public Task<double> RateAsync(TimeSpan length, CancellationToken ct) => Wrk.RateAsync(Page, Connections, length, ct, ("Authorization", "Bearer " + Token));

        public Task<IReadOnlyCollection<double>> PaceAsync(CancellationToken ct) => Paced.RunAsync(PerSecond, (int)(PerSecond * Length.TotalSeconds), async (_, _) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Page) { Headers = { Authorization = new("Bearer", Token) } };
            using var answer = await Http.SendAsync(request, ct);
            answer.EnsureSuccessStatusCode();
        }, ct);
    }
}
