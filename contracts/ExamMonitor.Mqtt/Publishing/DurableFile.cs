using System.Text;
using ExamMonitor.Contracts.Files;

namespace ExamMonitor.Mqtt.Publishing;

/// <summary>Writes that survive a power cut once they return.</summary>
internal static class DurableFile
{
    /// <summary>Order: temporary file, its bytes forced, renamed over the old one, folder forced. A crash leaves the old file or the new one.</summary>
    public static void Replace(string path, string text)
    {
        var temporary = path + ".new";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            DiskFlush.File(stream);
        }

        File.Move(temporary, path, overwrite: true);
        DiskFlush.Folder(Path.GetDirectoryName(path)!);
    }
}
