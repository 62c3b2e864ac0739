using System.Runtime.CompilerServices;
using ExamMonitor.Capture;
using ExamMonitor.CommandLine.Auditing.Report;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage;
using ExamMonitor.Coverage.Auditing;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Vision;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.CommandLine.Auditing;

/// <summary>What <c>audit</c> was asked for.</summary>
/// <param name="MapPath">Station map.</param>
/// <param name="Videos"><c>CAMERA=FILE</c>.</param>
/// <param name="References"><c>CAMERA=FILE</c>.</param>
/// <param name="OutputPath">File for the verdicts.</param>
/// <param name="Ffmpeg">Path of ffmpeg; null looks for it.</param>
/// <param name="HtmlPath">File for a page that a person reads; null for none.</param>
internal sealed record AuditRequest(
    string MapPath,
    IReadOnlyList<string> Videos,
    IReadOnlyList<string> References,
    string OutputPath,
    string? Ffmpeg,
    string? HtmlPath = null
);

/// <summary>A camera's footage and commissioned picture.</summary>
/// <param name="Camera">Camera of the map.</param>
/// <param name="Video">Recorded file.</param>
/// <param name="Reference">Commissioned picture.</param>
internal sealed record AuditInput(MapCamera Camera, string Video, string Reference);

/// <summary>An audit that is ready to run.</summary>
internal sealed class AuditJob
{
    private const long MaxReferenceBytes = 64L << 20;
    private readonly StationMap _map;
    private readonly AuditRequest _request;
    private readonly IReadOnlyList<AuditInput> _inputs;

    private AuditJob(StationMap map, AuditRequest request, IReadOnlyList<AuditInput> inputs) =>
        (_map, _request, _inputs) = (map, request, inputs);

    /// <summary>Joins map and arguments; what does not fit is a finding, and then there is no job.</summary>
    public static AuditJob? Plan(AuditRequest request, StationMap map, List<Finding> findings)
    {
        var videos = Pairs("--video", request.Videos, map, findings);
        var references = Pairs("--reference", request.References, map, findings);
        var inputs = new List<AuditInput>();
        foreach (var (camera, video) in videos)
        {
            var mapped = map.Cameras.First(c => c.Id == camera);
            var reference = references.GetValueOrDefault(camera) ?? RoomSetup.ReferencePath(request.MapPath, mapped);
            if (reference is null || !File.Exists(reference))
                findings.Add(
                    Error(
                        "--reference",
                        $"camera {camera} has no commissioned picture{(reference is null ? string.Empty : $": {reference} does not exist")}.",
                        $"Give one: --reference {camera}=picture.png, or name one in the map."
                    )
                );
            else
                inputs.Add(new(mapped, video, reference));
        }

        if (videos.Count == 0 && findings.Count == 0)
            findings.Add(Error("--video", "is missing.", "Write --video C1=clip.mp4."));
        return findings.Any(f => f.Level == FindingLevel.Error) ? null : new(map, request, inputs);
    }

    /// <summary>Runs to the end of all files; the output appears under its name only when it is whole.</summary>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public async Task RunAsync(TextWriter output, TextWriter progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var tools = await FfmpegTools.FindAsync(_request.Ffmpeg, null, time, cancellationToken).ConfigureAwait(false);
        var summary = new AuditSummary();
        var part = _request.OutputPath + ".part";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(part))!);
        CameraSetup[] cameras = [.. _inputs.Select(SetupOf)];
        var report = _request.HtmlPath is null ? null : new AuditReport(_map, [.. cameras.Zip(_inputs, (c, i) => (c, i.Video))]);
        var from = time.GetTimestamp();
        var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.Read, 64 << 10);
        await using (file.ConfigureAwait(false))
        {
            var tee = new AuditSummaryStream(file, summary);
            await using (tee.ConfigureAwait(false))
                await AuditRun
                    .RunAsync(
                        cameras,
                        PicturesAsync(new(tools, time), progress, cancellationToken),
                        tee,
                        new CoverageOptions(),
                        cancellationToken,
                        report
                    )
                    .ConfigureAwait(false);
        }

        File.Move(part, _request.OutputPath, overwrite: true);
        summary.Write(output, time.GetElapsedTime(from), _request.OutputPath);
        if (report is not null)
            await WritePageAsync(report, _request.HtmlPath!, time).ConfigureAwait(false);
        if (report is not null)
            await output.WriteLineAsync($"page for people: {_request.HtmlPath}").ConfigureAwait(false);
    }

    private static async Task WritePageAsync(AuditReport report, string path, TimeProvider time)
    {
        report.Close();
        var part = path + ".part";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(part))!);
        var writer = new StreamWriter(part, append: false, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        await using (writer.ConfigureAwait(false))
            await ReportPage.WriteAsync(writer, report, time.GetUtcNow()).ConfigureAwait(false);
        File.Move(part, path, overwrite: true);
    }

    private CameraSetup SetupOf(AuditInput input)
    {
        var info = new FileInfo(input.Reference);
        if (info.Length > MaxReferenceBytes)
            throw new IOException($"{input.Reference} is larger than 64 MiB. Is it really a picture?");
        var reference = Picture.Decode(File.ReadAllBytes(input.Reference));
        return new(
            new StationsInView(CameraGeometry.Of(_map, input.Camera)),
            reference,
            MaskRectangles.Of(input.Camera.Masks, input.Camera.Image, reference.Size)
        );
    }

    /// <summary>Pictures of all files, merged in the order of media time.</summary>
    private async IAsyncEnumerable<AuditPicture> PicturesAsync(
        RecordedPictures files,
        TextWriter progress,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var readers = _inputs
            .Select(i =>
                (
                    Id: i.Camera.Id,
                    Pictures: files.ReadAsync(i.Video, PictureSize.Analysis, cancellationToken).GetAsyncEnumerator(cancellationToken)
                )
            )
            .ToList();
        try
        {
            var heads = new List<(CameraId Id, IAsyncEnumerator<AnalysisPicture> Pictures)>();
            foreach (var reader in readers)
            {
                if (await reader.Pictures.MoveNextAsync().ConfigureAwait(false))
                    heads.Add(reader);
            }

            var told = 0L;
            while (heads.Count > 0)
            {
                var next = heads.MinBy(h => h.Pictures.Current.Pts);
                using (var picture = next.Pictures.Current)
                {
                    var seconds = picture.Pts.ToTimeSpan().TotalSeconds;
                    if ((long)seconds / 60 > told)
                        await progress
                            .WriteLineAsync(FormattableString.Invariant($"… {told = (long)seconds / 60} min"))
                            .ConfigureAwait(false);
                    yield return new(
                        next.Id,
                        seconds,
                        new(picture.Width, picture.Height),
                        picture.Bytes,
                        picture.IsKeyFrame ? PictureKind.Key : PictureKind.Between
                    );
                }

                if (!await next.Pictures.MoveNextAsync().ConfigureAwait(false))
                    heads.Remove(next);
            }
        }
        finally
        {
            foreach (var reader in readers)
                await reader.Pictures.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static Dictionary<CameraId, string> Pairs(string option, IReadOnlyList<string> written, StationMap map, List<Finding> findings)
    {
        var pairs = new Dictionary<CameraId, string>();
        foreach (var text in written)
        {
            var split = text.IndexOf('=', StringComparison.Ordinal);
            if (split < 1 || !CameraId.TryParse(text[..split], null, out var camera))
                findings.Add(Error(option, $"\"{text}\" is not of the form CAMERA=FILE.", $"Write {option} C1=clip.mp4."));
            else if (map.Cameras.All(c => c.Id != camera))
                findings.Add(
                    Error(option, $"the map has no camera {camera}.", $"It has: {string.Join(", ", map.Cameras.Select(c => c.Id))}.")
                );
            else if (!File.Exists(text[(split + 1)..]))
                findings.Add(Error(option, $"there is no file \"{text[(split + 1)..]}\".", null));
            else if (!pairs.TryAdd(camera, text[(split + 1)..]))
                findings.Add(Error(option, $"camera {camera} is given twice.", "Give one file per camera."));
        }

        return pairs;
    }

    private static Finding Error(string option, string text, string? mend) =>
        new(FindingLevel.Error, "command line", null, option, text, mend);
}
