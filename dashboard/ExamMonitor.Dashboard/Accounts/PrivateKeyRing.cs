using System.Xml.Linq;
using ExamMonitor.Dashboard.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>Keys that protect cookies, each a file that only this user may read.</summary>
internal sealed class PrivateKeyRing(string folder) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.xml").Order(StringComparer.Ordinal).Select(f => XElement.Load(f))]
            : [];

    public void StoreElement(XElement element, string friendlyName)
    {
        PrivateFiles.MakeFolder(folder);
        var name = string.Concat(friendlyName.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
        PrivateFiles.Write(Path.Combine(folder, $"{(name.Length == 0 ? Guid.NewGuid().ToString() : name)}.xml"), element.ToString());
    }
}
