using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DevPortal.Identity.Startup.Migrations;

/// <summary>Words of names and e-mail addresses, for admins who look for somebody. An index of an expression, which the model does not know.</summary>
[DbContext(typeof(IdentityDb))]
[Migration("20261124180000_SearchPeople")]
public sealed class SearchPeople : Migration
{
    /// <summary>An address is taken apart: as a whole it would be one word.</summary>
    public const string Words = """to_tsvector('simple', regexp_replace("Name" || ' ' || coalesce("Email", ''), '[^[:alnum:]]+', ' ', 'g'))""";

    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql($"""create index "IX_AspNetUsers_Words" on "{IdentityDb.Schema}"."AspNetUsers" using gin ({Words})""");

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql($"""drop index "{IdentityDb.Schema}"."IX_AspNetUsers_Words" """);
}
