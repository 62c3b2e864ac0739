using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Hosting;

namespace ExamMonitor.SetUp.Pictures;

/// <summary>Pictures that are kept with rooms. A picture never changes; versions name them. Thread-safe.</summary>
/// <param name="folder">Where everything lies.</param>
internal sealed partial class PictureStore(AgentFolder folder)
{
    /// <summary>File of a picture that a map or an address names; null for what is no name of one.</summary>
    public static string? PathOf(AgentFolder folder, RoomId room, string name) =>
        Name().IsMatch(name) ? Path.Combine(folder.SetUpRoom(room), "pictures", name["pictures/".Length..]) : null;

    /// <summary>File of a kept picture; null when there is none of the name.</summary>
    public string? Find(RoomId room, string name) => PathOf(folder, room, name) is { } path && File.Exists(path) ? path : null;

    /// <summary>Keeps a picture.</summary>
    /// <param name="room">Room.</param>
    /// <param name="subject">Camera, or <c>plan</c>.</param>
    /// <param name="bytes">JPEG or PNG.</param>
    /// <param name="at">When it was taken, UTC.</param>
    /// <returns>Its name and hash.</returns>
    public (string Name, string Sha256) Keep(RoomId room, string subject, byte[] bytes, DateTimeOffset at)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"pictures/{subject}-{at.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{hash[..8]}{(bytes is [0x89, ..] ? ".png" : ".jpg")}"
        );
        Write(PathOf(folder, room, name)!, bytes);
        return (name, hash);
    }

    /// <summary>Writes a file whole or not at all.</summary>
    internal static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WholeFile.Replace(path, bytes);
    }

    [GeneratedRegex(
        @"^pictures/[A-Za-z0-9_-][A-Za-z0-9._-]{0,150}\.(jpg|png)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Name();
}
