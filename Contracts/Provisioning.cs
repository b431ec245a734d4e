namespace DevPortal.Contracts.Provisioning;

/// <summary>What an approval grants: everything that the credentials service needs to make the key.</summary>
/// <param name="Source">Tyk source of all policies.</param>
/// <param name="OrgId">Tyk organisation of all policies.</param>
/// <param name="Products">The products, each with its policy at Tyk.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="PlanPolicyId">The plan's policy at Tyk.</param>
/// <param name="ExpiresAt">End of the grant; null = never. Rotation does not move it.</param>
/// <param name="PlanTitle">The plan's title when it was granted.</param>
public sealed record Grant(
    string Source, string OrgId, GrantedProduct[] Products, Guid PlanId, string PlanPolicyId, DateTimeOffset? ExpiresAt,
    string? PlanTitle = null);

/// <summary>A product of a grant.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="PolicyId">Its policy at Tyk.</param>
/// <param name="Title">Its title when it was granted.</param>
public sealed record GrantedProduct(Guid ProductId, string PolicyId, string Title);

/// <summary>A request was approved: a credential is to be issued.</summary>
/// <param name="Origin">The event in the request's stream.</param>
/// <param name="RequestId">The request.</param>
/// <param name="AppId">The app that gets the credential.</param>
/// <param name="RequesterId">Who asked.</param>
/// <param name="ApprovedBy">Who approved.</param>
/// <param name="Grant">What is granted.</param>
public sealed record ProvisioningRequestApproved(
    Origin Origin, Guid RequestId, Guid AppId, Guid RequesterId, Guid ApprovedBy, Grant Grant) : IMessage;

/// <summary>A request that the gateway had refused is tried again.</summary>
/// <param name="Origin">The event in the request's stream.</param>
/// <param name="RequestId">The request.</param>
/// <param name="RetriedBy">Who asked for it.</param>
public sealed record ProvisioningRequestRetried(Origin Origin, Guid RequestId, Guid RetriedBy) : IMessage;

/// <summary>A request was revoked: what it granted is to be taken away. Sticks when it arrives before the approval.</summary>
/// <param name="Origin">The event in the request's stream.</param>
/// <param name="RequestId">The request.</param>
/// <param name="RevokedBy">Who revoked.</param>
/// <param name="Reason">Why.</param>
public sealed record ProvisioningRequestRevoked(Origin Origin, Guid RequestId, Guid RevokedBy, string Reason) : IMessage;
