using System.IO.Hashing;
using System.Text.Json;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Packs;
using ExamMonitor.Packs.Zip;

namespace ExamMonitor.Evaluation;

/// <summary>
/// Keeps what is asked for and how it was laid out: <c>ID.order.json</c> until a pack is ready, then <c>ID.parts</c> (every small file
/// behind each other) and <c>ID.json</c> (the plan). Clips stay where they are. Used by one maker; reading is thread-safe.
/// </summary>
/// <remarks>Order that a crash survives: order → parts, on the disk → plan → the order goes. Without a plan the parts are
/// nothing.</remarks>
/// <param name="places">Where it keeps them.</param>
/// <param name="clips">Opens clips.</param>
internal sealed class PackStore(EvaluationPlaces places, IPackClips clips)
{
    private const string OrderEnding = ".order.json";
    private const string PlanEnding = ".plan.json";
    private readonly EvaluationFiles _files = new(places.Packs);

    /// <summary>What was asked for and is not made, oldest first.</summary>
    public IReadOnlyList<PackOrder> Orders() =>
        [.. _files.Names(OrderEnding).Select(n => _files.Read<PackOrder>(n + OrderEnding)).OfType<PackOrder>().OrderBy(o => o.At)];

    /// <summary>Ready packs, newest first.</summary>
    public IReadOnlyList<PackSummary> List() =>
        [
            .. _files
                .Names(PlanEnding)
                .Select(n => _files.Read<PackPlan>(n + PlanEnding)?.Summary)
                .OfType<PackSummary>()
                .OrderByDescending(s => s.MadeAt),
        ];

    /// <summary>Keeps an order.</summary>
    public void Write(PackOrder order) =>
        _files.Write(order.Id + OrderEnding, JsonSerializer.SerializeToUtf8Bytes(order, ContractJson.Options));

    /// <summary>The order was done, or cannot be.</summary>
    public void Forget(PackOrder order) => File.Delete(PathOf(order.Id, OrderEnding));

    /// <summary>Keeps a pack as it was laid out.</summary>
    /// <param name="summary">The pack; its size is that of <paramref name="drawn"/> and is set here.</param>
    /// <param name="drawn">As it was drawn up.</param>
    /// <param name="held">Clips in it, by path.</param>
    /// <param name="time">Time of its files.</param>
    public PackSummary Write(PackSummary summary, ZipLayout drawn, IReadOnlyDictionary<string, PackClip> held, DateTimeOffset time)
    {
        var plan = new PackPlan(summary, time, WriteParts(summary.Id, drawn, held));
        plan = plan with { Summary = summary with { SizeBytes = LayoutOf(plan).Length } };
        _files.Write(summary.Id + PlanEnding, JsonSerializer.SerializeToUtf8Bytes(plan, ContractJson.Options));
        return plan.Summary;
    }

    /// <summary>A pack that is ready; null when there is none of that id.</summary>
    public (PackSummary Summary, ZipLayout Layout)? Find(string id) =>
        _files.Read<PackPlan>(id + PlanEnding) is { } plan ? (plan.Summary, LayoutOf(plan)) : null;

    /// <summary>Takes a pack away.</summary>
    public void Remove(string id)
    {
        File.Delete(PathOf(id, PlanEnding));
        File.Delete(PathOf(id, ".parts"));
    }

    private List<PackPlanItem> WriteParts(string id, ZipLayout drawn, IReadOnlyDictionary<string, PackClip> held)
    {
        var items = new List<PackPlanItem>(drawn.Items.Count);
        Directory.CreateDirectory(places.Packs);
        using var parts = new FileStream(PathOf(id, ".parts"), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        foreach (var item in drawn.Items)
        {
            if (held.TryGetValue(item.Path, out var clip))
            {
                items.Add(new(item.Path, item.SizeBytes, null, null, new(clip.Room, clip.Camera, clip.Start)));
                continue;
            }

            var bytes = new byte[item.SizeBytes];
            using (var stream = item.Open())
                stream.ReadExactly(bytes);
            items.Add(new(item.Path, bytes.Length, Crc32.HashToUInt32(bytes), parts.Position, null));
            parts.Write(bytes);
        }

        DiskFlush.File(parts);
        return items;
    }

    private ZipLayout LayoutOf(PackPlan plan) =>
        new(
            [
                .. plan.Items.Select(i =>
                    i switch
                    {
                        { Clip: { } clip } => ZipItem.Of(i.Path, i.SizeBytes, () => clips.Open(clip, i.Path)),
                        { Crc: { } crc, Offset: { } offset } => ZipItem.Of(
                            i.Path,
                            i.SizeBytes,
                            crc,
                            () => OpenPart(plan.Summary.Id, offset, i.SizeBytes)
                        ),
                        _ => throw new InvalidDataException($"The plan of pack {plan.Summary.Id} has no place for {i.Path}."),
                    }
                ),
            ],
            plan.Time
        );

    private MemoryStream OpenPart(string id, long offset, long size)
    {
        using var parts = new FileStream(PathOf(id, ".parts"), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        var bytes = new byte[size];
        parts.Position = offset;
        parts.ReadExactly(bytes);
        return new(bytes, writable: false);
    }

    private string PathOf(string id, string ending) => Path.Combine(places.Packs, id + ending);
}
