namespace DevPortal.Demo.Filling;

/// <summary>What an empty portal is filled with: an invented provider of weather, maps and payments APIs, and two companies that use them.</summary>
static class World
{
    public sealed record Person(string Name, string Email, bool IsAdmin, string? Organisation, string? Team, string? InvitedBy);

    public sealed record Shelf(string Name, string Slug, bool IsPublic, string[] Teams, string[] Products, string[] Plans);

    /// <param name="Policy">Id of the policy at Tyk.</param>
    public sealed record Text(string Policy, string Title, string Summary, string Description, string[] Tags);

    /// <param name="Policy">Id of the policy at Tyk.</param>
    public sealed record Price(string Policy, string Title, string Words, string Description);

    public static readonly (string Organisation, string[] Teams)[] Organisations =
    [
        ("Brightwater Logistics", ["Route planning", "Mobile apps"]),
        ("Harbour Bank", ["Payments"]),
    ];

    /// <summary>Nobody decides the requests of somebody whose one-time link he made, so the second admin invites the third consumer: each admin has
    /// something to decide.</summary>
    public static readonly Person[] People =
    [
        new("Maren Holt", "maren@northwind.example", IsAdmin: true, null, null, null),
        new("Tobias Lind", "tobias@northwind.example", IsAdmin: true, null, null, "maren@northwind.example"),
        new("Ines Duarte", "ines@brightwater.example", IsAdmin: false, "Brightwater Logistics", "Route planning", "maren@northwind.example"),
        new("Jonas Weber", "jonas@brightwater.example", IsAdmin: false, "Brightwater Logistics", "Mobile apps", "maren@northwind.example"),
        new("Priya Nair", "priya@harbourbank.example", IsAdmin: false, "Harbour Bank", "Payments", "tobias@northwind.example"),
    ];

    public static readonly Shelf[] Shelves =
    [
        new("Open to everybody", "open", IsPublic: true, [], ["weather-forecasts", "weather-warnings", "weather-radar-beta"], ["plan-5-a-minute", "plan-standard"]),
        new("Logistics partners", "logistics", IsPublic: false, ["Route planning"], ["maps-and-places", "routing"], ["plan-5-a-minute", "plan-standard", "plan-partner"]),
        new("Banking partners", "banking", IsPublic: false, ["Payments"], ["payments", "payments-suite"], ["plan-5-a-minute", "plan-standard"]),
    ];

    public static readonly Text[] Products =
    [
        new("weather-forecasts", "Weather forecasts", "Current weather and up to seven days ahead for 40,000 cities.",
            """
            ## What you get

            - **Current weather**: observed at the nearest station, at most ten minutes old
            - **Forecast by day**: lowest and highest temperature, chance of rain, sky

            ## First call

            ```sh
            curl -H "Authorization: $KEY" {address}/current/Lisbon
            ```

            Temperatures are in °C, wind in km/h, times in UTC.
            """, ["weather", "forecast"]),
        new("weather-warnings", "Weather warnings", "Storm, flood and frost warnings of the national services, within a minute.",
            """
            Warnings as the national weather services issue them, in one form for all countries.

            | level | meaning |
            |---|---|
            | 1 | be aware |
            | 2 | be prepared |
            | 3 | take action |
            """, ["weather", "warnings"]),
        new("weather-radar-beta", "Weather radar (beta)", "Rain on a map, five minutes apart.",
            "Closed for the moment: the provider has switched it off at the gateway.", ["weather", "beta"]),
        new("maps-and-places", "Maps and places", "Map tiles, and 60 million places to search.",
            """
            ## Two APIs, one key

            - **Places** finds addresses, shops and stops by name or near a point
            - **Map tiles** draws them: PNG, zoom 0 to 19

            Tiles may be kept for a day. *Show the attribution.*
            """, ["maps", "search"]),
        new("routing", "Routing", "The quickest way for cars, lorries, bicycles and feet.",
            """
            Routes with turn-by-turn directions. Lorries: say height and weight, and low bridges are avoided.

            > Travel times follow the traffic of the same hour last week.
            """, ["maps", "logistics"]),
        new("payments", "Payments", "Take and refund card payments.",
            """
            ## In three calls

            1. Create a payment
            2. Let the customer confirm it
            3. Read its state, or be told

            Amounts are in the smallest unit of the currency: `1250` is € 12.50.
            """, ["payments"]),
        new("payments-suite", "Payments and reports", "Payments with the monthly reports for your accountants.",
            "The reports need another kind of credential than the payments, so this product can't be requested as one. Ask for **Payments**.", ["payments", "reports"]),
    ];

    public static readonly Price[] Plans =
    [
        new("plan-5-a-minute", "Trial", "Free", "Five calls a minute, for trying things out."),
        new("plan-standard", "Standard", "€ 49 a month", "One call a second on average, 10,000 a day."),
        new("plan-partner", "Partner", "By contract", "Fifty calls a second. Talk to us."),
    ];
}
