using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace DevPortal.TykStandIn.Tests;

public sealed class ExampleTests
{
    static readonly JsonObject Pets = JsonNode.Parse("""
        { "openapi": "3.0.3", "info": { "title": "Pets", "version": "1" },
          "paths": {
            "/pets": {
              "get": { "responses": { "200": { "description": "all", "content": { "application/json": { "example": [ { "name": "Rex" } ] } } } } },
              "post": { "responses": { "400": { "description": "no" }, "201": { "description": "made", "content": { "application/json": {
                "examples": { "cat": { "$ref": "#/components/examples/Cat" } } } } } } } },
            "/pets/mine": { "get": { "responses": { "200": { "description": "mine", "content": { "text/plain": { "example": "Rex" } } } } } },
            "/pets/{id}": {
              "get": { "responses": { "200": { "$ref": "#/components/responses/Pet" } } },
              "delete": { "responses": { "204": { "description": "gone" } } } } },
          "components": {
            "examples": { "Cat": { "value": { "name": "Tom" } } },
            "responses": { "Pet": { "description": "one", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Pet" } } } } },
            "schemas": { "Pet": { "type": "object", "properties": {
              "name": { "type": "string", "example": "Bello" }, "age": { "type": "integer" }, "friend": { "$ref": "#/components/schemas/Friend" } } },
              "Friend": { "allOf": [ { "type": "object", "properties": { "kind": { "type": "string", "enum": [ "dog", "cat" ] } } } ] } } },
          "x-tyk-api-gateway": { "info": { "id": "pets", "orgId": "5e9d9544a1dcd60001d0ed20", "name": "Pets", "state": { "active": true } },
            "upstream": { "url": "http://upstream.invalid" }, "server": { "listenPath": { "value": "/pets-api/", "strip": true } } } }
        """)!.AsObject();

    [Theory]
    [InlineData("GET", "/pets-api/pets", 200, """[{"name":"Rex"}]""")]
    [InlineData("POST", "/pets-api/pets", 201, """{"name":"Tom"}""")]
    [InlineData("GET", "/pets-api/pets/7", 200, """{"name":"Bello","age":1,"friend":{"kind":"dog"}}""")]
    [InlineData("GET", "/pets-api/pets/mine", 200, "Rex")]
    [InlineData("DELETE", "/pets-api/pets/7", 204, "")]
    [InlineData("GET", "/pets-api/elsewhere", 200, """{"api":"Pets","path":"/elsewhere"}""")]
    public async Task A_call_is_answered_with_the_operations_example(string method, string path, int status, string body)
    {
        await using var standIn = await StandIn.StartAsync(new() { Secret = "s3cret" });
        using var tyk = new Operator(standIn);
        (await tyk.Post("/tyk/apis/oas", Pets)).EnsureSuccessStatusCode();
        (await tyk.Get("/tyk/reload?block=true")).EnsureSuccessStatusCode();

        using var answer = await tyk.Call("", path, new HttpMethod(method));

        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.Equal(body, await answer.Content.ReadAsStringAsync());
    }
}
