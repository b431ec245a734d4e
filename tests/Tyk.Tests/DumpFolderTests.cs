using System.Text;
using DevPortal.Tyk;
using Xunit;

namespace DevPortal.Tests.Tyk;

public sealed class DumpFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dump-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void File(string name, string text, bool bom = false)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text, new UTF8Encoding(bom));
    }

    private TykContent Read() => DumpFolder.Read(folder);

    private static string Policy(string id) => $$"""{"id":"{{id}}","org_id":"o","partitions":{"acl":true},"access_rights":{} }""";

    private static string Api(string id) => $$"""{"api_definition":{"api_id":"{{id}}","org_id":"o","proxy":{"listen_path":"/{{id}}/"} } }""";

    [Fact]
    public void The_index_decides_what_is_read()
    {
        File(".tyk.json", """
            {"type":"apidef",
             "files":[{"file":"api-a.json","oas":{}},{"file":""},{"file":"apis/b.json","api_id":"b2","org_id":"o2","oas":{"override_listen_path":"/bee/"}}],
             "policies":[{"file":"policy-p.json"},{"file":"policy-q.json","id":"q2"}]}
            """);
        File("api-a.json", Api("a"));
        File("apis/b.json", Api("b"));
        File("policy-p.json", Policy("p"));
        File("policy-q.json", Policy("q"));
        File("policy-unlisted.json", Policy("unlisted"));

        var content = Read();

        Assert.Empty(content.Errors);
        Assert.Equal(["p", "q2"], content.Policies.Select(policy => policy.Id));
        Assert.Equal([("a", "o", "/a/"), ("b2", "o2", "/bee/")], content.Apis.Select(api => (api.Id, api.OrgId!, api.ListenPath)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"type":"apidef"}""")]
    [InlineData("""{"type":"apidef","files":null,"policies":null}""")]
    public void An_empty_index_is_an_empty_dump(string index)
    {
        File(".tyk.json", index);
        File("policy-p.json", Policy("p"));

        var content = Read();

        Assert.Empty(content.Policies);
        Assert.Empty(content.Errors);
    }

    [Fact]
    public void Without_an_index_files_are_taken_by_their_names_and_a_note_says_so()
    {
        File("policy-p.json", Policy("p"), bom: true);
        File("policies/q.json", Policy("q"));
        File("api-a.json", Api("a"));
        File("oas-b.json", """{"oas":{"openapi":"3.0.3","paths":{},"x-tyk-api-gateway":{"info":{"id":"b","orgId":"o"}}}}""");
        File("apis/c.json", Api("c"));
        File("other.json", "{oops");

        var content = Read();

        Assert.Equal(["p", "q"], content.Policies.Select(policy => policy.Id));
        Assert.Equal(["a", "b", "c"], content.Apis.Select(api => api.Id));
        Assert.Empty(content.Errors);
        Assert.Contains(".tyk.json", Assert.Single(content.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"gold":{"org_id":"o","id":"ignored","rate":1,"access_rights":{}},"silver":{"org_id":"o","access_rights":{}}}""", "gold silver")]
    [InlineData("""[{"id":"a","org_id":"o"},{"_id":"b","org_id":"o"}]""", "a b")]
    [InlineData("""{"Data":[{"_id":"a","id":""}],"Pages":1}""", "a")]
    [InlineData("""{"name":"header-policy","rate":1000,"access_rights":{"h":{"api_id":"h"}}}""", "policies")]
    [InlineData("{}", "")]
    public void An_open_source_policies_file_may_be_a_map_a_list_or_one_policy(string text, string ids)
    {
        File("policies/policies.json", text);
        File("apps/a.json", """{"api_id":"a","org_id":"o","proxy":{"listen_path":"/a/"}}""");
        File("apps/b-oas.json", """{"openapi":"3.0.3","paths":{},"x-tyk-api-gateway":{"info":{"id":"b","orgId":"o"}}}""");
        File("apps/b.json", """{"api_id":"b","org_id":"o","is_oas":true,"proxy":{"listen_path":"/b/"}}""");

        var content = Read();

        Assert.Empty(content.Errors);
        Assert.Equal(ids, string.Join(' ', content.Policies.Select(policy => policy.Id)));
        Assert.Equal([("a", false), ("b", true)], content.Apis.Select(api => (api.Id, api.HasOpenApi)));
    }

    [Fact]
    public void A_file_that_names_itself_only_by_its_name_has_that_as_id()
    {
        File("policy-from-file.json", """{"org_id":"o","partitions":{"acl":true}}""");

        Assert.Equal("from-file", Assert.Single(Read().Policies).Id);
    }

    [Fact]
    public void A_broken_file_is_one_error_and_the_rest_is_read()
    {
        File(".tyk.json", """{"files":[{"file":"api-a.json"},{"file":"api-broken.json"},{"file":"gone.json"}],"policies":[{"file":"policy-broken.json"},{"file":"policy-p.json"}]}""");
        File("api-a.json", Api("a"));
        File("api-broken.json", """{"api_definition":{"name":"no id"}}""");
        File("policy-broken.json", "{\n  oops");
        File("policy-p.json", Policy("p"));

        var content = Read();

        Assert.Equal("p", Assert.Single(content.Policies).Id);
        Assert.Equal("a", Assert.Single(content.Apis).Id);
        Assert.Equal(
            [(ContentKind.Policy, "policy-broken.json"), (ContentKind.Api, "api-broken.json"), (ContentKind.Api, "gone.json")],
            content.Errors.Select(error => (error.Kind, error.Where)));
        Assert.Contains("line 2", content.Errors[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unreadable_index_is_an_error_for_both_kinds_and_files_are_taken_by_name()
    {
        File(".tyk.json", "{oops");
        File("policy-p.json", Policy("p"));

        var content = Read();

        Assert.Single(content.Policies);
        Assert.Equal([ContentKind.Policy, ContentKind.Api], content.Errors.Select(error => error.Kind));
    }

    [Theory]
    [InlineData("../outside.json")]
    [InlineData("a/../../outside.json")]
    [InlineData("..\\outside.json")]
    [InlineData("/etc/hostname")]
    [InlineData("link.json")]
    [InlineData("linked/outside.json")]
    public void Nothing_outside_the_folder_is_opened(string file)
    {
        var outside = Directory.CreateTempSubdirectory("outside-");
        try
        {
            System.IO.File.WriteAllText(Path.Combine(outside.FullName, "outside.json"), Policy("outside"));
            System.IO.File.CreateSymbolicLink(Path.Combine(folder, "link.json"), Path.Combine(outside.FullName, "outside.json"));
            Directory.CreateSymbolicLink(Path.Combine(folder, "linked"), outside.FullName);
            File(".tyk.json", $$"""{"policies":[{"file":"{{file.Replace("\\", "\\\\")}}"}]}""");

            var content = Read();

            Assert.Empty(content.Policies);
            Assert.Equal("the path leaves the folder", Assert.Single(content.Errors).Reason);
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Fact]
    public void Links_inside_the_folder_are_followed_as_mounted_configuration_has_them()
    {
        File("..data/policy-p.json", Policy("p"));
        System.IO.File.CreateSymbolicLink(Path.Combine(folder, "policy-p.json"), "..data/policy-p.json");

        Assert.Equal("p", Assert.Single(Read().Policies).Id);
    }

    [Fact]
    public void The_same_identity_twice_is_an_error_and_the_first_stands()
    {
        File("policy-a.json", Policy("p"));
        File("policy-b.json", Policy("p"));

        var content = Read();

        Assert.Single(content.Policies);
        Assert.Single(content.Errors);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_no_empty_dump() =>
        Assert.Throws<DirectoryNotFoundException>(() => DumpFolder.Read(Path.Combine(folder, "none")));
}
