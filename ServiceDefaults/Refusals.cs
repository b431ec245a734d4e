using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DevPortal.ServiceDefaults;

/// <summary>Metadata of a route: problem codes that it answers with a status, beside those that its shape brings (see <see cref="DescribeOperation"/>).</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Codes">Codes, as <see cref="Refusal.Code"/> has them.</param>
public sealed record RefusedWith(int Status, params string[] Codes);

/// <summary>Metadata of a route: who may call it, where that is narrower than its policy.</summary>
/// <param name="Who">In words, e.g. <c>the owner of the app</c>.</param>
public sealed record CalledBy(string Who);

/// <summary>Metadata of a route: it remembers answers by Idempotency-Key.</summary>
/// <param name="CarriesSecret">A repeat is not answered again: the answer shows a secret.</param>
public sealed record Idempotent(bool CarriesSecret);

/// <summary>What routes say about their refusals; the OpenAPI documents repeat it.</summary>
public static class Refusals
{
    /// <summary>Names codes of one status that this route answers.</summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder route, int status, params string[] codes) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new RefusedWith(status, codes));

    /// <summary>Says who may call this route, where that is narrower than its policy.</summary>
    public static TBuilder IsCalledBy<TBuilder>(this TBuilder route, string who) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new CalledBy(who));

    /// <summary>The answer shows a secret, which no repeat shows again.</summary>
    public static TBuilder ShowsSecret<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new Idempotent(CarriesSecret: true));

    /// <summary>Whoever has it already (If-None-Match) is answered 304.</summary>
    public static TBuilder AnswersNotModified<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified));
}
