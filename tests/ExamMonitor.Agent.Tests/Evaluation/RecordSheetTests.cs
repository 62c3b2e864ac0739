using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Coverage.Printing;
using ExamMonitor.Evaluation;
using ExamMonitor.TestKit;
using OpenCvSharp;
using Xunit;
using ZXing;
using ZXing.Common;
using ZXing.QrCode;

namespace ExamMonitor.Agent.Tests.Evaluation;

/// <summary>The paper is read by programs that are not ours: Poppler draws it, ZXing reads the code, as telephones do.</summary>
public sealed class RecordSheetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sheet_Printed_IsReadBackFromThePicture()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var head = new Checkpoint(
            "exam-monitor/zaozhuang-vocational/agent-1",
            1_234_567,
            new(SHA256.HashData("root"u8)),
            new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero)
        );
        var note = SignedNote.Sign(head.Format(), head.Origin, key).Format();
        IReadOnlyList<string> gap = ["C1", "09:00:00.0", "09:00:04.0", "Network"];
        var sheet = new RecordSheet(
            "Record of an exam session 考试场次记录表",
            [("Session 场次", "2026-0302-AM"), ("Room 考场", "R7 焊工")],
            [
                (
                    "Gaps 中断",
                    [
                        ["Camera", "From", "To", "Cause"],
                        .. Enumerable.Repeat(gap, 120),
                    ]
                ),
            ],
            ShortHead.Format(head.Size, head.Root),
            note,
            RecordSheetService.CodeOf(note)
        );
        await File.WriteAllBytesAsync(_folder["sheet.pdf"], RecordSheetPrinter.Print(sheet)!, TestContext.Current.CancellationToken);
        var text = await OtherProgram.RunAsync("pdftotext", "-layout", _folder["sheet.pdf"], "-");
        Assert.Contains(ShortHead.Format(head.Size, head.Root), text, StringComparison.Ordinal);
        Assert.Contains("焊工", text, StringComparison.Ordinal);
        Assert.Equal(120, text.Split('\n').Count(l => l.Contains("Network", StringComparison.Ordinal)));
        await OtherProgram.RunAsync(
            "pdftoppm",
            "-r",
            "150",
            "-gray",
            "-png",
            "-f",
            "1",
            "-l",
            "1",
            "-singlefile",
            _folder["sheet.pdf"],
            _folder["page"]
        );
        using var page = Cv2.ImRead(_folder["page.png"], ImreadModes.Grayscale);
        Assert.Equal(note, Scan(page));
    }

    /// <summary>OpenCV's own detector misses one code of thirty, depending on the signature that is in it.</summary>
    private static string? Scan(Mat page)
    {
        Assert.True(page.GetArray(out byte[] grey));
        var picture = new RGBLuminanceSource(grey, page.Width, page.Height, RGBLuminanceSource.BitmapFormat.Gray8);
        var hints = new Dictionary<DecodeHintType, object> { [DecodeHintType.TRY_HARDER] = true };
        return new QRCodeReader().decode(new BinaryBitmap(new HybridBinarizer(picture)), hints)?.Text;
    }
}
