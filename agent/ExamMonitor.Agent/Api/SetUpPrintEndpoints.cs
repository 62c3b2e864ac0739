using System.Text.Json;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Certificates;
using ExamMonitor.Coverage.Planning;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.SetUp.Printing;
using ExamMonitor.SetUp.Rooms;
using ExamMonitor.SetUp.Versions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ExamMonitor.Agent.Api;

/// <summary>What is printed of a set-up: plates, certificates, what-ifs.</summary>
internal static class SetUpPrintEndpoints
{
    private const string Pdf = "application/pdf";

    /// <summary>Maps the routes.</summary>
    public static void MapSetUpPrinting(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(SetUpApi.PlatesPdf, Plates).WithSummary("Number plates of chosen stations.").WithTags("set-up");
        routes.MapPost(SetUpApi.WhatIfPdf, WhatIf).WithSummary("A draft with its virtual cameras, for the installer.").WithTags("set-up");
        routes
            .MapGet(SetUpEndpoints.Room + "/versions/{version:int}/certificate.pdf", Certificate)
            .WithSummary("Calibration certificate of a version.")
            .WithTags("set-up");
    }

    private static async Task<IResult> Plates(HttpRequest http, CancellationToken cancellationToken)
    {
        var (body, fault) = await http.ReadJsonAsync<PlatesBody>(SetUpApi.LargestMapBytes, cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        if (body.Paper is not ("a4" or "a3"))
            return ProblemResults.Bad("'paper' is a4 or a3.");
        if (StationMapFile.ParseDraft(body.Map.Bytes(), "map").Map is not { } map)
            return ProblemResults.Bad("'map' has no room that can be read.");
        var chosen = body.Stations is null ? map.Stations : [.. map.Stations.Where(s => body.Stations.Contains(s.Id))];
        var (pdf, print) = PlatePrinter.Draw(map, chosen, body.Paper == "a3" ? PlatePaper.A3 : PlatePaper.A4);
        return pdf is not null
            ? Results.File(pdf, Pdf, $"{map.Room.Id}_plates.pdf")
            : SetUpEndpoints.Refused(
                new([
                    new(
                        FindingLevel.Error,
                        "plates",
                        "$.map.stations",
                        print.Problem!,
                        new("Mend it, and print again.", "请更正后重新打印。")
                    ),
                ])
            );
    }

    private static async Task<IResult> WhatIf(
        string? language,
        HttpRequest http,
        CalibrationPrinting printing,
        CancellationToken cancellationToken
    )
    {
        if (LanguageOf(language) is not { } spoken)
            return NoLanguage();
        var (body, fault) = await http.ReadJsonAsync<DraftBody>(SetUpApi.LargestMapBytes, cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        if (body.VirtualCameras?.Any(v => v is null) == true)
            return ProblemResults.Bad("'virtualCameras' has an empty entry.");
        if (DraftReview.VirtualFault(body.VirtualCameras ?? []) is { } wrong)
            return SetUpEndpoints.Refused(new([wrong]));
        if (StationMapFile.ParseDraft(body.Map.Bytes(), "map").Map is not { } map)
            return ProblemResults.Bad("'map' has no room that can be read.");
        return printing.WhatIf(map, body.VirtualCameras ?? [], spoken) is { } pdf
            ? Results.File(pdf, Pdf, $"{map.Room.Id}_plan.pdf")
            : NoFont();
    }

    private static IResult Certificate(RoomId room, int version, string? language, VersionStore versions, CalibrationPrinting printing)
    {
        if (LanguageOf(language) is not { } spoken)
            return NoLanguage();
        if (versions.MapOf(room, version) is null || versions.Of(room).All(v => v.Version != version))
            return ProblemResults.Absent($"Room {room} has no version {version}.");
        return printing.Certificate(room, version, spoken) is { } pdf
            ? Results.File(pdf, Pdf, $"{room}_calibration_{version}.pdf")
            : NoFont();
    }

    private static SheetLanguage? LanguageOf(string? language) =>
        language switch
        {
            null => SheetLanguage.Both,
            "en" => SheetLanguage.En,
            "zh" => SheetLanguage.Zh,
            _ => null,
        };

    private static ProblemHttpResult NoLanguage() => ProblemResults.Bad("'language' is zh or en; both when it is left out.");

    private static ProblemHttpResult NoFont() =>
        ProblemResults.Unavailable("No font was found to print with: install fonts-dejavu and, for Chinese, fonts-droid-fallback.");

    /// <summary>A <see cref="PlatesRequest"/> as it arrives.</summary>
    internal sealed record PlatesBody(JsonElement Map, IReadOnlyList<StationId>? Stations = null, string Paper = "a4");
}
