using System.Xml.Linq;

namespace ExamMonitor.Contracts.Tests.Schemas;

/// <summary>Sentences of the XML documentation, as plain text.</summary>
internal sealed class XmlDocs
{
    private readonly Dictionary<string, XElement> _members;

    public XmlDocs()
    {
        var file = Path.ChangeExtension(typeof(Topics).Assembly.Location, ".xml");
        _members = XDocument.Load(file).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value, StringComparer.Ordinal);
    }

    public string? OfType(Type type) => Plain(Member(type)?.Element("summary"));

    public string? OfProperty(Type type, string name) =>
        Plain(Member(type)?.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == name));

    private XElement? Member(Type type) => _members.GetValueOrDefault("T:" + type.FullName!.Replace('+', '.'));

    private static string? Plain(XElement? element)
    {
        if (element is null)
            return null;
        var text = string.Concat(element.Nodes().Select(Text));
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Text(XNode node) =>
        node switch
        {
            XText text => text.Value,
            XElement e when e.Attribute("cref") is { } cref => Camel(cref.Value[(cref.Value.LastIndexOf('.') + 1)..]),
            XElement e when e.Attribute("name") is { } name => Camel(name.Value),
            XElement e => e.Value,
            _ => string.Empty,
        };

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
