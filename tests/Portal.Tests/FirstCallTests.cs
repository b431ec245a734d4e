using DevPortal.Portal.Web;
using Xunit;

namespace DevPortal.PortalTests;

public sealed class FirstCallTests
{
    [Theory]
    [InlineData("""{"paths":{"/current/{city}":{"get":{"parameters":[{"name":"city","in":"path","example":"São Paulo"}]}}}}""", "/current/S%C3%A3o%20Paulo")]
    [InlineData("""{"paths":{"/a/{id}":{"get":{}},"/b":{"get":{}}}}""", "/b")]
    [InlineData("""{"paths":{"/search":{"get":{"parameters":[{"name":"q","in":"query","required":true,"schema":{"default":"x y"}},{"name":"n","in":"query"}]}}}}""", "/search?q=x%20y")]
    [InlineData("""{"paths":{"/only":{"post":{}}}}""", "/")]
    [InlineData("""{"paths":{"x-owner":"somebody","/odd":null,"/b":{"parameters":["x"],"get":{"parameters":[null]}}}}""", "/b")]
    [InlineData("""{"paths":{"/a/{id}":{"parameters":[{"$ref":"#/components/parameters/id"}],"get":{}}},"components":{"parameters":{"id":{"name":"id","in":"path","schema":{"$ref":"#/components/schemas/~1id"}}},"schemas":{"/id":{"enum":["x1","x2"]}}}}""", "/a/x1")]
    [InlineData("""{"paths":{"/a":{"get":{"parameters":[{"name":"q","in":"query","required":true,"examples":{"one":{"value":7}}}]}}}}""", "/a?q=7")]
    [InlineData("""{"paths":{"/a":{"get":{"parameters":[{"$ref":"#/nowhere/0"},{"$ref":7},{"in":"path"},{"name":"n","in":["query"],"required":true}]}}}}""", "/a")]
    [InlineData("""{"paths":{"/a":{"get":{"parameters":[{"name":"q","in":"query","required":true,"schema":true}]}},"/b":{"get":{}}}}""", "/b")]
    [InlineData("""{"paths":[]}""", "/")]
    [InlineData("{}", "/")]
    public void The_first_operation_that_can_be_called_is_called_with_its_examples(string document, string path) => Assert.Equal(path, FirstCall.PathOf(document));

    [Theory]
    [InlineData("""{"components":{"securitySchemes":{"other":{"type":"http","scheme":"basic"},"key":{"type":"apiKey","in":"header","name":"X-Api-Key"}}}}""", "X-Api-Key")]
    [InlineData("""{"components":{"securitySchemes":{"key":{"type":"apiKey","in":"query","name":"key"}}}}""", "Authorization")]
    [InlineData("""{"components":{"securitySchemes":{"key":{"type":"apiKey","in":"header","name":"X' ; rm -rf ~ #"},"odd":7}}}""", "Authorization")]
    [InlineData("""{"components":[]}""", "Authorization")]
    [InlineData("{}", "Authorization")]
    public void The_key_goes_into_the_header_that_the_document_names(string document, string header) => Assert.Equal(header, FirstCall.HeaderOf(document));
}
