using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using Microsoft.AspNetCore.Http;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>Common parts of the agent's records: answers in the contract's form, writes with the person who asked.</summary>
internal static class FakeRecords
{
    public static IResult Json<T>(T value, int status = 200) =>
        new Answer(JsonSerializer.SerializeToUtf8Bytes(value, ContractJson.Options), "application/json", status);

    public static IResult Problem(int status, string detail) =>
        new Answer(
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    title = "No.",
                    status,
                    detail,
                },
                ContractJson.Options
            ),
            "application/problem+json",
            status
        );

    /// <summary>The acting person of a write; a write without one is refused as the agent does.</summary>
    public static IResult Act(this FakeAgent agent, HttpContext http, Func<ActingPerson, IResult> act)
    {
        if (
            !ActingPerson.TryRead(
                http.Request.Headers[ActingPerson.NameHeader],
                http.Request.Headers[ActingPerson.ReasonHeader],
                out var person
            )
        )
            return Problem(400, "Say who acts.");
        agent.Acts.Enqueue(($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}", person));
        return act(person);
    }

    private sealed class Answer(byte[] body, string type, int status) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = type;
            await httpContext.Response.Body.WriteAsync(body);
        }
    }
}
