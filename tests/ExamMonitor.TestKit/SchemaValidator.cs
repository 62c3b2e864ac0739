using System.Diagnostics;
using System.Text.Json;

namespace ExamMonitor.TestKit;

/// <summary>Checks JSON against the published schemas with an independent validator (python3-jsonschema).</summary>
public static class SchemaValidator
{
    private const string Script = """
        import json, sys
        from jsonschema import Draft202012Validator, FormatChecker
        validators = {}
        for line in sys.stdin:
            case = json.loads(line)
            path = case["schema"]
            if path not in validators:
                with open(path, encoding="utf-8") as f:
                    schema = json.load(f)
                Draft202012Validator.check_schema(schema)
                validators[path] = Draft202012Validator(schema, format_checker=FormatChecker())
            for error in validators[path].iter_errors(case["value"]):
                print(case["name"] + " " + error.json_path + ": " + error.message[:300], flush=True)
        print("checked", flush=True)
        """;

    /// <summary>Violations, one sentence each; empty when all is well.</summary>
    /// <param name="cases">Name for the sentence; schema name such as <c>exam-monitor/room-status/1</c>; JSON text.</param>
    public static async Task<IReadOnlyList<string>> CheckAsync(IEnumerable<(string Name, string Schema, string Json)> cases)
    {
        var start = new ProcessStartInfo(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3", ["-c", Script])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        foreach (var (name, schema, json) in cases)
        {
            var value = JsonSerializer.Serialize(
                new
                {
                    name,
                    schema = PathOf(schema),
                    value = JsonDocument.Parse(json).RootElement,
                }
            );
            await process.StandardInput.WriteLineAsync(value).ConfigureAwait(false);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync().ConfigureAwait(false);
        var lines = (await output.ConfigureAwait(false)).Split(
            '\n',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );
        return lines is [.., "checked"]
            ? lines[..^1]
            : throw new InvalidOperationException(
                "The schema validator did not finish (is python3-jsonschema installed?): " + await errors.ConfigureAwait(false)
            );
    }

    /// <summary>The committed file of a schema.</summary>
    public static string PathOf(string schema)
    {
        var parts = schema.Split('/');
        return Repository.PathOf("contracts", "schemas", $"{parts[1]}-{parts[2]}.schema.json");
    }
}
