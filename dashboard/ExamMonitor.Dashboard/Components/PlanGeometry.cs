using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.Components;

/// <summary>Turns plan metres (y up) into drawing units (y down), one hundred to a metre.</summary>
internal sealed class PlanGeometry
{
    private const double UnitsPerMetre = 100;
    private const double MarginMetres = 0.5;

    private readonly double _left;
    private readonly double _top;

    /// <summary>Frames everything of the room that is drawn; a room without an outline gets the frame of its stations.</summary>
    public PlanGeometry(ManifestRoom room)
    {
        var points = room
            .Outline.Concat(room.Stations.Select(s => s.Center))
            .Concat(room.Cameras.Select(c => c.Position).OfType<PlanPoint>())
            .ToList();
        if (points.Count == 0)
            points.Add(new(0, 0));
        _left = points.Min(p => p.X) - MarginMetres;
        _top = points.Max(p => p.Y) + MarginMetres;
        Width = (points.Max(p => p.X) + MarginMetres - _left) * UnitsPerMetre;
        Height = (_top - (points.Min(p => p.Y) - MarginMetres)) * UnitsPerMetre;
    }

    public double Width { get; }

    public double Height { get; }

    public string ViewBox => $"0 0 {N(Width)} {N(Height)}";

    public double X(double metres) => (metres - _left) * UnitsPerMetre;

    public double Y(double metres) => (_top - metres) * UnitsPerMetre;

    public static double Units(double metres) => metres * UnitsPerMetre;

    public string Polygon(IEnumerable<PlanPoint> points)
    {
        var text = new StringBuilder();
        foreach (var p in points)
            text.Append(N(X(p.X))).Append(',').Append(N(Y(p.Y))).Append(' ');
        return text.ToString().TrimEnd();
    }

    /// <summary>A number as SVG reads it, whatever the language of the page.</summary>
    public static string N(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);
}
