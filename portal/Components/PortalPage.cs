using System.Globalization;
using System.Reflection;
using DevPortal.Portal.Api;
using DevPortal.Portal.Web;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Primitives;

namespace DevPortal.Portal.Components;

/// <summary>What every page has. A page reads in <see cref="LoadAsync"/>; each of its forms ends in a call whose refusal is shown at that form.</summary>
public abstract class PortalPage : ComponentBase
{
    [Inject] protected PublicApi Api { get; set; } = null!;

    [Inject] protected NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter] public HttpContext Http { get; set; } = null!;

    /// <summary>Reads what the page shows. Nothing of it is rendered before.</summary>
    protected virtual Task LoadAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public sealed override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        if (Http.IsShownAgain()) Restore();
        await LoadAsync();
        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>An id in the address of the page, which anybody may have written: the framework's own reading of it fails on what is none.</summary>
    protected static Guid? IdOf(string? written) =>
        string.IsNullOrEmpty(written) ? null : Guid.TryParse(written, out var id) ? id : throw new RefusedException(Problem.NotFound);

    /// <summary>Why the form that was sent is not done.</summary>
    protected Problem? Refused { get; private set; }

    /// <summary>Somebody else saved first: what he wrote is shown beside what was typed.</summary>
    protected bool IsStale => Refused?.Code == "stale";

    /// <summary>The Idempotency-Key of the form that was sent: twice sent is once done.</summary>
    protected string Key => Posted(Form.KeyField) is { Length: > 0 } key ? key : Guid.CreateVersion7().ToString();

    /// <summary>The version that was on the screen when the form was sent.</summary>
    protected string Seen => Posted(Form.SeenField) ?? "*";

    /// <summary>Whether forms are on the page: where they fit, and while one of them that was sent from an older page is looked at, so that its
    /// refusal is said.</summary>
    protected bool Shows(bool fits, params string[] forms) => fits || (Refused is null && forms.Contains(Posted("_handler")));

    /// <summary>After a change: the page that shows it, which says once that it was done (<see cref="Done"/>).</summary>
    protected void GoOn(string path, string done = "saved")
    {
        Done.Say(Http, done);
        Navigation.NavigateTo(path);
    }

    /// <summary>What a form has under a name that is not one of the page's parameters.</summary>
    protected string? Posted(string field) => Http.Request.HasFormContentType ? Http.Request.Form[field].ToString() : null;

    /// <summary>True: done. False: the refusal is shown, and what was typed stays.</summary>
    protected bool IsDone<T>(Sent<T> sent)
    {
        Refused = sent.Refused;
        if (sent.Refused is { } refused) Http.Response.StatusCode = refused.Status is 401 ? 403 : refused.Status;
        return sent.Refused is null;
    }

    // The framework binds a form only to what it carries out.
    void Restore()
    {
        foreach (var field in GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(field => field.IsDefined(typeof(SupplyParameterFromFormAttribute))))
            field.SetValue(this, Read(field.PropertyType, Http.Request.Form[field.Name]));
        IsDone(new Problem(StatusCodes.Status400BadRequest, "form-shown-again", "Nothing was done yet."));
    }

    static object? Read(Type type, StringValues sent)
    {
        if (type == typeof(Guid[])) return sent.Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty).ToArray();
        if (type == typeof(string[])) return sent.ToArray();
        if (type == typeof(Guid?)) return Guid.TryParse(sent, out var one) ? one : null;
        if (type == typeof(int?)) return int.TryParse(sent, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (type == typeof(bool)) return sent == "true";
        return sent.Count == 0 ? null : sent.ToString();
    }

    /// <summary>For what the page itself refuses.</summary>
    protected bool IsDone(Problem? refused) => IsDone(new Sent<object>(null, refused));
}
