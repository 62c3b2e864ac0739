using System.Text.Json;
using ExamMonitor.Hosting;
using ExamMonitor.SetUp.Pictures;

namespace ExamMonitor.SetUp.Rooms;

/// <summary>What somebody works on and did not save yet: kept as it was sent, so that nothing is lost with the connection. Thread-safe.</summary>
/// <param name="folder">Where everything lies.</param>
internal sealed class DraftStore(AgentFolder folder)
{
    private readonly Lock _gate = new();

    /// <summary>File of a room's draft.</summary>
    public static string PathOf(AgentFolder folder, RoomId room) => Path.Combine(folder.SetUpRoom(room), "draft.json");

    /// <summary>The draft; null without one.</summary>
    public byte[]? Read(RoomId room)
    {
        lock (_gate) return File.Exists(PathOf(folder, room)) ? File.ReadAllBytes(PathOf(folder, room)) : null;
    }

    /// <summary>Keeps a draft; false for what is no JSON.</summary>
    public bool Write(RoomId room, byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException)
        {
            return false;
        }

        lock (_gate) PictureStore.Write(PathOf(folder, room), json);
        return true;
    }

    /// <summary>Forgets the draft.</summary>
    public void Delete(RoomId room)
    {
        lock (_gate) File.Delete(PathOf(folder, room));
    }
}
