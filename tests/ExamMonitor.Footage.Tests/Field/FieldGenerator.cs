using FsCheck;
using FsCheck.Fluent;

namespace ExamMonitor.Footage.Tests.Field;

/// <summary>Makes time lines of cameras: everything that was reported of them, in every order.</summary>
internal static class FieldGenerator
{
    private static readonly double[] Steps = [-3600, -30, -1.5, 1.5, 30, 3600];

    /// <summary>Time lines of about a minute.</summary>
    public static Gen<FieldTimeLine> TimeLines() =>
        from fps in Gen.Elements(5, 10, 25)
        from gop in Gen.Elements(1, 2, 4, 10)
        from start in Gen.Elements(0u, 1u, 123_456_789u, 0x7FFF_FF00u, 0xFFFF_0000u, 0xFFFF_FFFFu)
        from jitter in Gen.Elements(0.0, 0.005, 0.03)
        from sound in Gen.Elements(true, false)
        from count in Gen.Choose(0, 3)
        from events in Gen.ListOf(Events(), count)
        select new FieldTimeLine(
            fps,
            gop * fps,
            start,
            20 + (20 * count),
            jitter,
            sound,
            [.. events.Select((e, i) => e with { At = 12 + (20 * i) + e.At })]
        );

    private static Gen<FieldEvent> Events() =>
        from kind in Gen.Elements(Enum.GetValues<FieldKind>())
        from at in Gen.Choose(0, 3000)
        from value in Value(kind)
        select new FieldEvent(kind, at / 1000.0, value);

    private static Gen<double> Value(FieldKind kind) =>
        kind switch
        {
            FieldKind.ReportStep or FieldKind.TimeStep => Gen.Elements(Steps),
            FieldKind.OtherRate => Gen.Elements(0.5, 0.8, 0.97, 1.03, 1.25, 2),
            FieldKind.PauseTold or FieldKind.PauseUntold => Gen.Elements(1.6, 3, 7),
            FieldKind.Delay => Gen.Elements(0.4, 1.2, 3, 6),
            FieldKind.Reconnect or FieldKind.OtherSize => Gen.Elements(0.3, 2, 7),
            FieldKind.Loss => Gen.Elements(2.0, 5),
            _ => Gen.Elements(1.0, 4, 8),
        };
}
