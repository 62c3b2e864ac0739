using System.Xml;
using System.Xml.Linq;

namespace ExamMonitor.SetUp.Onvif;

/// <summary>Reads XML that strangers sent: no document type, no entities, nothing fetched, bounded. Pure.</summary>
internal static class OnvifXml
{
    private const int MostDepth = 64;

    /// <summary>The root; null for what is no such XML.</summary>
    /// <param name="bytes">The document.</param>
    /// <param name="most">Most characters.</param>
    public static XElement? Read(ReadOnlyMemory<byte> bytes, int most)
    {
        try
        {
            var settings = new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                MaxCharactersInDocument = most,
                MaxCharactersFromEntities = 0,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
            };
            using var stream = new MemoryStream(bytes.ToArray(), writable: false);
            if (!IsShallow(bytes, settings))
                return null;
            using var reader = XmlReader.Create(stream, settings);
            return XElement.Load(reader);
        }
        catch (Exception e) when (e is XmlException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>First element of a local name below, or at, an element; null for none.</summary>
    public static XElement? First(this XElement? root, string name) =>
        root?.DescendantsAndSelf().FirstOrDefault(e => e.Name.LocalName == name);

    /// <summary>Text of the first element of a local name, at most 400 characters; null for none.</summary>
    public static string? Text(this XElement? root, string name)
    {
        var text = root.First(name)?.Value.Trim();
        return string.IsNullOrEmpty(text) || text.Length > 2000 ? null : text;
    }

    /// <summary>A whole number; null for none.</summary>
    public static double? Number(this XElement? root, string name) =>
        double.TryParse(
            root.Text(name),
            System.Globalization.NumberStyles.Float,
            System.Globalization.CultureInfo.InvariantCulture,
            out var number
        ) && double.IsFinite(number)
            ? number
            : null;

    /// <summary>A tree is built by recursion: what is deep is refused first.</summary>
    private static bool IsShallow(ReadOnlyMemory<byte> bytes, XmlReaderSettings settings)
    {
        using var stream = new MemoryStream(bytes.ToArray(), writable: false);
        using var reader = XmlReader.Create(stream, settings);
        while (reader.Read())
            if (reader.Depth > MostDepth)
                return false;
        return true;
    }
}
