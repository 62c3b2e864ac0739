namespace ExamMonitor.CameraSimulator.Streaming;

/// <summary>The faults in force on one camera: the last one of each kind. Immutable; replaced as a whole.</summary>
internal sealed class FaultState(IReadOnlyDictionary<CameraFaultKind, CameraFault> faults)
{
    public static FaultState None { get; } = new(new Dictionary<CameraFaultKind, CameraFault>());

    public IReadOnlyList<CameraFault> All => [.. faults.Values.OrderBy(f => f.Kind)];

    public FaultState With(CameraFault fault) =>
        fault.Kind switch
        {
            CameraFaultKind.Ok => None,
            CameraFaultKind.Drop => this,
            _ => new(new Dictionary<CameraFaultKind, CameraFault>(faults) { [fault.Kind] = fault }),
        };

    public bool Has(CameraFaultKind kind) => faults.ContainsKey(kind);

    public CameraFault? Get(CameraFaultKind kind) => faults.GetValueOrDefault(kind);

    public double Milliseconds(CameraFaultKind kind) => Get(kind)?.Milliseconds ?? 0;

    public double Percent(CameraFaultKind kind) => Get(kind)?.Percent ?? 0;
}
