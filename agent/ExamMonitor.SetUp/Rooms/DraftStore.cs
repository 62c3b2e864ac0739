using System.Text.Json;
using ExamMonitor.Hosting;
using ExamMonitor.SetUp.Pictures;

namespace ExamMonitor.SetUp.Rooms;

/// <summary>
/// What somebody works on and did not save yet: kept as it was sent, so that nothing is lost with the connection. Thread-safe.
/// </summary>
/// <param name="folder">Where everything lies.</param>
internal sealed class DraftStore(AgentFolder folder)
{
    /// <summary>Most rooms with a draft: room ids that nobody saves do not fill the disk.</summary>
    internal const int MostDrafts = 256;

    private readonly Lock _gate = new();

    /// <summary>File of a room's draft.</summary>
    public static string PathOf(AgentFolder folder, RoomId room) => Path.Combine(folder.SetUpRoom(room), "draft.json");

    /// <summary>The draft; null without one.</summary>
    public byte[]? Read(RoomId room)
    {
        lock (_gate)
            return File.Exists(PathOf(folder, room)) ? File.ReadAllBytes(PathOf(folder, room)) : null;
    }

    /// <summary>Keeps a draft.</summary>
    /// <returns>Null when it is kept; else why not.</returns>
    public string? Write(RoomId room, byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException)
        {
            return "The draft is no JSON.";
        }

        lock (_gate)
        {
            if (!File.Exists(PathOf(folder, room)) && Count() >= MostDrafts)
                return $"{MostDrafts} rooms have a draft. Save or drop one of them first.";
            PictureStore.Write(PathOf(folder, room), json);
        }

        return null;
    }

    private int Count() =>
        Directory.Exists(folder.SetUp) ? Directory.EnumerateFiles(folder.SetUp, "draft.json", SearchOption.AllDirectories).Count() : 0;

    /// <summary>Forgets the draft.</summary>
    public void Delete(RoomId room)
    {
        lock (_gate)
            File.Delete(PathOf(folder, room));
    }
}
