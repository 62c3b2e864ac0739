using System.CommandLine;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Footage;
using ExamMonitor.Footage.Verification;

namespace ExamMonitor.Verify;

/// <summary><c>exam-monitor-verify volume</c>.</summary>
internal static class VolumeCommand
{
    public static Command Create()
    {
        var volume = new Argument<DirectoryInfo>("folder") { Description = "Root folder of the footage volume, or of a copy." };
        var key = PublicKeyFile.Option();
        var origin = new Option<string?>("--origin") { Description = "exam-monitor/SITE/AGENT that the heads must name. Left out: any." };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var command = new Command("volume", "Compares every file of a volume with its ledger, and the ledger with its signed heads.") { volume, key, origin, json };
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed.GetRequiredValue(volume), parsed.GetRequiredValue(key), parsed.GetValue(origin), parsed.GetValue(json), token)));
        return command;
    }

    private static int Run(DirectoryInfo folder, FileInfo keyFile, string? origin, bool json, CancellationToken token)
    {
        using var key = PublicKeyFile.Read(keyFile);
        if (key is null) return 2;
        try
        {
            var progress = Console.IsErrorRedirected ? null : new ConsoleProgress();
            var report = ArchiveVerifier.Run(folder.FullName, key, origin, progress, token);
            if (progress is not null) ConsoleProgress.Clear();
            if (json) Console.WriteLine(JsonSerializer.Serialize(report, ContractJson.Options));
            else Print(report);
            return report.Findings.Count == 0 ? 0 : 1;
        }
        catch (Exception e) when (e is FootageException or IOException)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
    }

    private static void Print(VerificationReport report)
    {
        foreach (var finding in report.Findings) Console.WriteLine($"{finding.Kind}  {finding.Subject}: {finding.Text}");
        Console.WriteLine($"content    {(report.ContentIntact ? "intact" : "NOT INTACT")}: {report.Segments} segments, {report.Bytes:N0} bytes");
        Console.WriteLine($"order      {(report.OrderProved ? "proved" : "NOT PROVED")}: {report.Entries} entries, none missing between neighbours of a camera");
        Console.WriteLine($"signature  {(report.SignatureHolds ? "holds" : "DOES NOT HOLD")}: {report.Heads} heads by key {report.KeyId}");
        if (report.NewestHead is { } newest) Console.WriteLine($"anchored   {newest:yyyy-MM-dd HH:mm:ss} UTC by the agent's own clock; {report.UncoveredEntries} entries after it are not signed for yet");
    }

    private sealed class ConsoleProgress : IProgress<VerificationProgress>
    {
        private int _lastPercent = -1;

        public void Report(VerificationProgress value)
        {
            var percent = value.TotalBytes == 0 ? 100 : (int)(value.DoneBytes * 100 / value.TotalBytes);
            if (percent == _lastPercent) return;
            _lastPercent = percent;
            Console.Error.Write($"\r{percent,3} %  {value.Files} files");
        }

        public static void Clear() => Console.Error.Write("\r\u001b[K");
    }
}
