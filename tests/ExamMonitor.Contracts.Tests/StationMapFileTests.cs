using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Contracts.Tests;

public sealed class StationMapFileTests
{
    private const string Good = """
        {"schema": "exam-monitor/station-map/1",
         "room": {"id": "R7", "name": "考场 7", "outline": [[0, 0], [9.6, 0], [9.6, 7.2], [0, 7.2]], "height": 3.2},
         "stations": [
           {"id": "S01", "label": "1", "center": [1.9, 2.6], "size": [1.2, 0.65], "height": 0.75, "rotationDeg": 2.1,
            "regions": {"C1": [[100, 100], [200, 100], [200, 160], [100, 160]]}, "requirements": {"densityPxPerMetre": 100}},
           {"id": "S02", "label": "2", "center": [4.9, 2.6], "size": [1.2, 0.65], "height": 0.75}],
         "cameras": [
           {"id": "C1", "image": {"width": 960, "height": 540}, "reference": "pictures/C1.png", "references": [{"from": "18:00", "to": "06:30", "picture": "pictures/C1_evening.png"}], "masks": [[[0, 0], [200, 0], [200, 24], [0, 24]]],
            "calibration": {"points": [
              {"plan": [1.3, 2.3, 0.75], "pixel": [412.5, 301.0]},
              {"plan": [2.5, 2.3, 0.75], "pixel": [500, 301]},
              {"plan": [2.5, 2.9, 0.75], "pixel": [510, 250]},
              {"plan": [1.3, 2.9, 0.75], "pixel": [420, 250]},
              {"plan": [0, 0, 0], "pixel": [10, 530]},
              {"plan": [9.6, 0, 0], "pixel": [950, 535]}]}}],
         "obstacles": [{"outline": [[5, 5], [5.4, 5], [5.4, 5.4], [5, 5.4]], "height": 3.2, "name": "pillar"}],
         "requirements": {"inPictureShare": 0.8}}
        """;

    [Fact]
    public void Parse_GoodMap_HasNoFindingAndEqualsTheSerializersReading()
    {
        var reading = StationMapFile.Parse(Good, "room.json");
        Assert.Empty(reading.Findings);
        var plain = JsonSerializer.Deserialize<StationMap>(Good, ContractJson.Options);
        Assert.Equal(JsonSerializer.Serialize(plain, ContractJson.Options), JsonSerializer.Serialize(reading.Map, ContractJson.Options));
    }

    [Theory]
    [InlineData(
        "\"schema\": \"exam-monitor/station-map/1\"",
        "\"schema\": \"exam-monitor/station-map/2\"",
        1,
        "$.schema",
        "not a station map"
    )]
    [InlineData("\"id\": \"R7\"", "\"id\": \"考场\"", 2, "$.room.id", "not a valid room id")]
    [InlineData("\"id\": \"R7\", ", "", 2, "$.room", "\"id\" is missing")]
    [InlineData("[9.6, 0], [9.6, 7.2]", "[9.6, 7.2], [9.6, 0]", 2, "$.room.outline", "crosses itself")]
    [InlineData("[[0, 0], [9.6, 0], [9.6, 7.2], [0, 7.2]]", "[[0, 0], [9.6, 0]]", 2, "$.room.outline", "2 entries")]
    [InlineData("[0, 7.2]]", "[0, 7.2], [0, 0]]", 2, "$.room.outline[4]", "same point")]
    [InlineData("[9.6, 7.2]", "[9600, 7200]", 2, "$.room.outline[2]", "beyond 1000 m")]
    [InlineData("[9.6, 7.2]", "[1e999, 7.2]", 2, "$.room.outline[2]", "beyond 1000 m")]
    [InlineData("[9.6, 7.2]", "[NaN, 7.2]", 2, "$", "not valid JSON")]
    [InlineData("\"height\": 3.2}", "\"height\": 0}", 2, "$.room.height", "0.5 to 50 m")]
    [InlineData("\"center\": [1.9, 2.6]", "\"center\": [19, 2.6]", 4, "$.stations[0]", "stands outside the room")]
    [InlineData("\"center\": [1.9, 2.6]", "\"center\": \"1.9\"", 4, "$.stations[0].center", "[x, y] is expected")]
    [InlineData(
        "\"size\": [1.2, 0.65], \"height\": 0.75, \"rot",
        "\"size\": [1.2, -1], \"height\": 0.75, \"rot",
        4,
        "$.stations[0].size",
        "0.05 m to 20 m"
    )]
    [InlineData("\"height\": 0.75, \"rot", "\"height\": 4, \"rot", 4, "$.stations[0]", "ceiling")]
    [InlineData("[200, 100], [200, 160]", "[200, 160], [200, 100]", 5, "$.stations[0].regions.C1", "crosses itself")]
    [InlineData("\"C1\": [[100", "\"C9\": [[100", 5, "$.stations[0].regions.C9", "does not have")]
    [InlineData("\"densityPxPerMetre\": 100", "\"densityPxPerMetre\": 0", 5, "$.stations[0].requirements.densityPxPerMetre", "1 to 5000")]
    [InlineData("\"id\": \"S02\"", "\"id\": \"s01\"", 6, "$.stations[1]", "used already in line 4")]
    [InlineData("\"18:00\"", "\"6 pm\"", 8, "$.cameras[0].references[0].from", "not an hour")]
    [InlineData("\"to\": \"06:30\"", "\"to\": \"18:00\"", 8, "$.cameras[0].references[0]", "empty, or overlaps")]
    [InlineData(
        "[{\"from\": \"18:00\"",
        "[{\"from\": \"05:00\", \"to\": \"07:00\", \"picture\": \"x.png\"}, {\"from\": \"18:00\"",
        8,
        "$.cameras[0].references[1]",
        "empty, or overlaps"
    )]
    [InlineData("pictures/C1_evening.png", "../C1_evening.png", 8, "$.cameras[0].references[0]", "beside the map")]
    [InlineData("[200, 24], [0, 24]", "[0, 24], [200, 24]", 8, "$.cameras[0].masks[0]", "crosses itself")]
    [InlineData("\"width\": 960", "\"width\": 8", 8, "$.cameras[0].image.width", "16 to 16384")]
    [InlineData("\"width\": 960", "\"width\": 960.5", 8, "$.cameras[0].image", "whole pixels")]
    [InlineData("pictures/C1.png", "../C1.png", 8, "$.cameras[0].reference", "beside the map")]
    [InlineData("pictures/C1.png", "/etc/passwd", 8, "$.cameras[0].reference", "beside the map")]
    [InlineData("pictures/C1.png", "C:\\\\x.png", 8, "$.cameras[0].reference", "beside the map")]
    [InlineData("[412.5, 301.0]", "[4125, 301.0]", 10, "$.cameras[0].calibration.points[0]", "outside the image")]
    [InlineData("[9.6, 0, 0]", "[9.6, 0]", 15, "$.cameras[0].calibration.points[5].plan", "[x, y, z] is expected")]
    [InlineData(
        "\"plan\": [0, 0, 0]",
        "\"plan\": [0, 0, 0.75]",
        9,
        "$.cameras[0].calibration",
        "cannot be calibrated",
        "\"plan\": [9.6, 0, 0]",
        "\"plan\": [9.6, 0, 0.75]"
    )]
    [InlineData("[5.4, 5], [5.4, 5.4]", "[5.4, 5.4], [5.4, 5]", 16, "$.obstacles[0].outline", "crosses itself")]
    [InlineData("\"inPictureShare\": 0.8", "\"inPictureShare\": 80", 17, "$.requirements.inPictureShare", "0.01 to 1")]
    [InlineData("\"height\": 3.2, \"name\"", "\"height\": 3.2, \"height\": 3.2, \"name\"", 16, "$.obstacles[0].height", "stands twice")]
    [InlineData("\"stations\": [", "\"stations\": [,", 3, "$", "not valid JSON")]
    public void Parse_OneMistake_IsAnErrorAtItsLine(
        string from,
        string to,
        int line,
        string path,
        string says,
        string? alsoFrom = null,
        string? alsoTo = null
    )
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);
        var text = Good.Replace(from, to, StringComparison.Ordinal);
        if (alsoFrom is not null)
            text = text.Replace(alsoFrom, alsoTo, StringComparison.Ordinal);
        var reading = StationMapFile.Parse(text, "room.json");
        Assert.Null(reading.Map);
        var finding = Assert.Single(reading.Errors, f => path == "$" || f.Path.StartsWith(path, StringComparison.Ordinal));
        Assert.Equal(line, finding.Line);
        Assert.Contains(says, finding.Problem.En, StringComparison.Ordinal);
        Assert.True(finding.Mend.En.Length > 0 && finding.Mend.Zh.Any(c => c > 0x4E00) && finding.Problem.Zh.Any(c => c > 0x4E00));
        Assert.StartsWith($"room.json:{line}: error: ", finding.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"label\": \"2\"", "\"label\": \"1\"", "$.stations[1]", "also on the station in line 4")]
    [InlineData("\"rotationDeg\": 2.1", "\"rotationdeg\": 2.1", "$.stations[0].rotationdeg", "not known here")]
    [InlineData("\"obstacles\"", "\"obstacle\"", "$.obstacle", "not known here")]
    [InlineData("\"center\": [1.9, 2.6]", "\"center\": [0.3, 2.6]", "$.stations[0]", "reaches through the wall")]
    [InlineData("[412.5, 301.0]", "[-80, 301.0]", "$.cameras[0].calibration.points[0]", "outside the image")]
    [InlineData(
        "\"reference\": \"pictures/C1.png\"",
        "\"recordedSize\": {\"width\": 1600, \"height\": 1200}",
        "$.cameras[0]",
        "different shapes"
    )]
    public void Parse_Oddity_IsAWarningAndTheMapIsUsed(string from, string to, string path, string says)
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);
        var reading = StationMapFile.Parse(Good.Replace(from, to, StringComparison.Ordinal), "room.json");
        Assert.NotNull(reading.Map);
        var finding = Assert.Single(reading.Findings);
        Assert.Equal((FindingLevel.Warning, path), (finding.Level, finding.Path));
        Assert.Contains(says, finding.Problem.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ManyMistakes_TellsAllOfThemInOrder()
    {
        var text = Good.Replace("\"R7\"", "\"R 7\"", StringComparison.Ordinal)
            .Replace("[4.9, 2.6]", "[4.9]", StringComparison.Ordinal)
            .Replace("\"S01\"", "7", StringComparison.Ordinal)
            .Replace("960", "0", StringComparison.Ordinal)
            .Replace("pictures/", "a/../", StringComparison.Ordinal);
        var reading = StationMapFile.Parse(text, "room.json");
        Assert.Equal(
            [
                "$.room.id",
                "$.stations[0].id",
                "$.stations[1].center",
                "$.cameras[0].image.width",
                "$.cameras[0].reference",
                "$.cameras[0].references[0]",
            ],
            reading.Findings.Select(f => f.Path)
        );
    }

    [Fact]
    public void Parse_UnknownFields_AreAccepted()
    {
        var json = JsonNode.Parse(Good)!.AsObject();
        json["drawnBy"] = "somebody";
        json["cameras"]![0]!["serialNumber"] = new JsonArray(1, 2, 3);
        Assert.Empty(StationMapFile.Parse(json.ToJsonString(), "room.json").Findings);
    }

    [Fact]
    public void Parse_FourFloorPoints_IsEnoughAndSaysThatHeightsAreIgnored()
    {
        var json = JsonNode.Parse(Good)!;
        var points = json["cameras"]![0]!["calibration"]!["points"]!.AsArray();
        foreach (var (point, index) in points.Select((p, i) => (p!, i)))
        {
            if (index < 5)
                point["plan"]![2] = 0;
        }

        Assert.Empty(StationMapFile.Parse(json.ToJsonString(), "m").Findings);
        points.RemoveAt(5);
        points[0]!["plan"]![2] = 0.75;
        var warning = Assert.Single(StationMapFile.Parse(json.ToJsonString(), "m").Findings);
        Assert.Contains("Only the points on the floor are used", warning.Problem.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_CameraWithoutCalibrationOrRegion_Warns()
    {
        var json = JsonNode.Parse(Good)!;
        json["cameras"]!
            .AsArray()
            .Add(
                new JsonObject
                {
                    ["id"] = "C2",
                    ["image"] = new JsonObject { ["width"] = 960, ["height"] = 540 },
                }
            );
        Assert.Contains(
            "proves no station",
            Assert.Single(StationMapFile.Parse(json.ToJsonString(), "m").Findings).Problem.En,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Parse_RoomWithoutStations_IsAMap()
    {
        var json = JsonNode.Parse(Good)!;
        json["stations"] = new JsonArray();
        Assert.NotNull(StationMapFile.Parse(json.ToJsonString(), "m").Map);
    }

    [Fact]
    public void Parse_TooLargeTooDeepOrTooMany_IsAFinding()
    {
        Assert.Contains("larger than 4 MiB", OneError(new string(' ', StationMapFile.MaxBytes + 1)), StringComparison.Ordinal);
        Assert.Contains("not valid JSON", OneError(new string('[', 100_000)), StringComparison.Ordinal);
        Assert.Contains(
            "more than 300000 values",
            OneError("[" + string.Join(',', Enumerable.Repeat("0", 400_000)) + "]"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Load_MissingFile_IsAFinding()
    {
        using var folder = new TempFolder();
        var reading = StationMapFile.Load(folder["none.json"]);
        Assert.Contains("cannot be read", Assert.Single(reading.Findings).Problem.En, StringComparison.Ordinal);
        File.WriteAllText(folder["with-mark.json"], Good, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.NotNull(StationMapFile.Load(folder["with-mark.json"]).Map);
    }

    [Fact]
    public void Parse_AnyBytesChanged_NeverThrows()
    {
        var good = Encoding.UTF8.GetBytes(Good);
        var random = new Random(11);
        for (var round = 0; round < 4_000; round++)
        {
            var bad = (byte[])good.Clone();
            for (var n = random.Next(1, 5); n > 0; n--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            var reading = StationMapFile.Parse(bad, "m");
            Assert.True(reading.Map is not null || reading.Errors.Any());
        }
    }

    private static string OneError(string text) => Assert.Single(StationMapFile.Parse(text, "m").Errors).Problem.En;
}
