using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Certificates;
using ExamMonitor.Coverage.Planning;
using ExamMonitor.Hosting;
using ExamMonitor.SetUp.Printing;
using ExamMonitor.SetUp.Versions;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.SetUp;

/// <summary>Both documents of a calibration, read back as a person's reader shows them.</summary>
public sealed class CalibrationPrintingTests : IDisposable
{
    private static readonly StationMap s_map = StationMapFile.Load(Repository.PathOf("samples", "rooms", "room7", "room.json")).Map!;
    private readonly TempFolder _temp = new();
    private readonly VersionStore _versions;
    private readonly CalibrationPrinting _printing;

    public CalibrationPrintingTests()
    {
        var folder = new AgentFolder(_temp["."], _temp["state"]);
        _versions = new(folder);
        _printing = new(
            _versions,
            new(folder),
            new PlanningCache(),
            TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(8), "test", "test"),
            new(SiteId.Of("site-1"), AgentId.Of("agent-1"), default),
            TimeProvider.System
        );
    }

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(SheetLanguage.Zh, "标定证书", "签署人", "账本条目")]
    [InlineData(SheetLanguage.En, "Calibration certificate", "Signed by", "Ledger entry")]
    public async Task Certificate_OfASignedVersion_HoldsWhatAnExpertAsksFor(SheetLanguage language, params string[] said)
    {
        var at = new DateTimeOffset(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
        _versions.WriteMap(s_map with { Cameras = [.. s_map.Cameras.Select(c => c with { Reference = null })] }, 3);
        _versions.Write(s_map.Room.Id, [new(3, at, "李工", "首次标定", new string('a', 64), 41, new("王工", at.AddHours(1), 42))]);
        var words = await WordsAsync(_printing.Certificate(s_map.Room.Id, 3, language)!);
        string[] wanted =
        [
            .. said,
            new string('a', 64),
            "李工",
            "王工",
            "首次标定",
            "41",
            "2026-03-02 09:00:00 +08:00",
            .. s_map.Stations.Select(s => s.Id.Text),
            .. s_map.Cameras.Select(c => c.Id.Text),
        ];
        Assert.All(wanted, w => Assert.Contains(w, words, StringComparison.Ordinal));
        Assert.Null(_printing.Certificate(s_map.Room.Id, 4, language));
    }

    [Theory]
    [InlineData(SheetLanguage.Zh, "摄像机安装方案", "拟安装摄像机")]
    [InlineData(SheetLanguage.En, "Camera plan for the installer", "Cameras to hang")]
    public async Task WhatIf_OfACameraThatDoesNotHangYet_SaysWhereAndHowItHangs(SheetLanguage language, params string[] said)
    {
        var words = await WordsAsync(
            _printing.WhatIf(s_map, [new(CameraId.Of("V1"), new(0.3, 8.1, 2.9), -40, 25, 90, new(1920, 1080), Name: "拟装")], language)!
        );
        string[] wanted = [.. said, "V1", "拟装", "0.30", "8.10", "2.90", "90", .. s_map.Stations.Select(s => s.Id.Text)];
        Assert.All(wanted, w => Assert.Contains(w, words, StringComparison.Ordinal));
    }

    private async Task<string> WordsAsync(byte[] pdf)
    {
        await File.WriteAllBytesAsync(_temp["sheet.pdf"], pdf);
        using var poppler = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("pdftotext", ["-layout", _temp["sheet.pdf"], "-"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        var words = await poppler.StandardOutput.ReadToEndAsync();
        await poppler.WaitForExitAsync();
        return words;
    }
}
