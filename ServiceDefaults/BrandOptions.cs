using System.ComponentModel.DataAnnotations;

namespace DevPortal.ServiceDefaults;

/// <summary>Section <c>Brand</c> of every program that has pages: whose portal this is. Read at the start.</summary>
public record BrandOptions
{
    /// <summary>Where all pages find the picture.</summary>
    public const string LogoAddress = "/brand/logo";

    const string Colour = "#[0-9a-fA-F]{6}";

    /// <summary>Beside the logo and in titles.</summary>
    [Required, StringLength(60)]
    public string Name { get; init; } = "DevPortal";

    /// <summary>A picture (svg, png), as a path where the gateway runs, which shows it under <see cref="LogoAddress"/>; none: the first letter of the name.</summary>
    public string? Logo { get; init; }

    /// <summary>Of buttons and links, on white: <c>#rrggbb</c>.</summary>
    [RegularExpression(Colour)]
    public string Accent { get; init; } = "#4f46e5";

    /// <summary>The same where the system is dark.</summary>
    [RegularExpression(Colour)]
    public string AccentDark { get; init; } = "#9d9bff";

    /// <summary>The colours as a stylesheet that comes after the others.</summary>
    public string Colours => $":root{{--accent:{Accent}}}@media (prefers-color-scheme:dark){{:root{{--accent:{AccentDark}}}}}";
}
