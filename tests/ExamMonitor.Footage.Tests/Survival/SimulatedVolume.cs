using System.Runtime.InteropServices;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Volumes;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>
/// A disk in memory that tells what was flushed from what was not, fails on request, and survives the death of its process and of its
/// power.
/// </summary>
/// <remarks>
/// A power cut keeps flushed bytes and flushed folder entries. Of the rest it keeps a random part: any beginning of unflushed bytes, with
/// zeros where a page was not written, and any subset of unflushed entries. POSIX promises no more.
/// </remarks>
internal sealed class SimulatedVolume : IVolume
{
    // errno(3), as .NET gives it.
    private const int ReadOnlyFileSystem = 30;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Node> _cached = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Node> _durable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal) { "" };
    private readonly HashSet<string> _durableFolders = new(StringComparer.Ordinal) { "" };

    public string Root => "/simulated";

    /// <summary>Operations so far.</summary>
    public int Operations { get; private set; }

    /// <summary>Called before each operation with its number, name and path; an exception is the operation's.</summary>
    public Action<int, string, string>? Before { get; set; }

    /// <summary>Called after each operation; an exception kills the process.</summary>
    public Action<int, string, string>? After { get; set; }

    /// <summary>Of a write that fails: how much of it reaches the file all the same, [0, 1].</summary>
    public double PartialWrite { get; set; } = 0.5;

    /// <summary>Whether everything fails because the process is dead.</summary>
    public bool Dead { get; set; }

    /// <summary>Files that the disk does not give back: their sectors are bad.</summary>
    public HashSet<string> Unreadable { get; } = new(StringComparer.Ordinal);

    /// <summary>How many steps the work takes: operations here, and what else is counted.</summary>
    /// <param name="others">Has its action called before each step that is none of this disk's.</param>
    /// <param name="work">What is done.</param>
    public int CountSteps(Action<Action> others, Action work)
    {
        var steps = 0;
        others(() => steps++);
        Before = (_, _, _) => steps++;
        work();
        return steps;
    }

    /// <summary>
    /// Does the work in a process that dies at one of its steps; nothing happens after that. Work that is through by then went well.
    /// </summary>
    /// <param name="step">Steps that go well.</param>
    /// <param name="after">Whether it dies when the step is done. What is none of this disk's has no "after": the "before" of the next step
    /// is the same moment.</param>
    /// <param name="others">Has its action called before each step that is none of this disk's.</param>
    /// <param name="work">What is done.</param>
    public void DieAt(int step, bool after, Action<Action> others, Action work)
    {
        var count = 0;
        void Tick()
        {
            if (!Dead && count++ != step)
                return;
            Dead = true;
            throw new ProcessDeathException();
        }

        others(Tick);
        if (after)
            After = (_, _, _) => Tick();
        else
            Before = (_, _, _) => Tick();
        try
        {
            work();
        }
        catch (ProcessDeathException)
        {
            // As ordered.
        }
    }

    public IEnumerable<string> AllFiles()
    {
        lock (_gate)
            return [.. _cached.Keys.Order(StringComparer.Ordinal)];
    }

    public byte[] Bytes(string path)
    {
        lock (_gate)
            return [.. _cached[path].Bytes];
    }

    public void Spoil(string path, Func<byte[], byte[]> change)
    {
        lock (_gate)
            _cached[path].Bytes = [.. change([.. _cached[path].Bytes])];
    }

    /// <summary>What the next process finds after this one was killed.</summary>
    public SimulatedVolume AfterKill()
    {
        lock (_gate)
            return Copy(_cached, _folders, n => [.. n.Bytes], Capacity);
    }

    /// <summary>What is found after the power came back.</summary>
    public SimulatedVolume AfterPowerCut(int seed)
    {
        var random = new Random(seed);
        lock (_gate)
        {
            var names = new Dictionary<string, Node>(_durable, StringComparer.Ordinal);
            foreach (var path in _cached.Keys.Union(_durable.Keys).Order(StringComparer.Ordinal).ToList())
            {
                if (random.Next(2) == 0 || Equals(_cached.GetValueOrDefault(path), _durable.GetValueOrDefault(path)))
                    continue;
                if (_cached.TryGetValue(path, out var node))
                {
                    // A rename is one step on every journalling file system: the old name goes when the new one comes.
                    foreach (var old in names.Where(n => ReferenceEquals(n.Value, node)).Select(n => n.Key).ToList())
                        names.Remove(old);
                    names[path] = node;
                }
                else if (!_cached.ContainsValue(_durable[path]))
                {
                    names.Remove(path);
                }
            }

            var folders = _durableFolders.Union(_folders.Where(_ => random.Next(2) == 0)).ToHashSet(StringComparer.Ordinal);
            foreach (var path in names.Keys.Where(p => !folders.Contains(FolderOf(p))).ToList())
                names.Remove(path);
            return Copy(names, folders, n => Torn(n, random), Capacity);
        }
    }

    public void CreateFolder(string folder) =>
        Do(
            "create-folder",
            folder,
            () =>
            {
                var at = "";
                foreach (var name in folder.Split('/'))
                {
                    at = at.Length == 0 ? name : $"{at}/{name}";
                    _folders.Add(at);
                    _durableFolders.Add(at);
                }
            }
        );

    public IVolumeFile Create(string path) =>
        Do(
            "create",
            path,
            () =>
            {
                if (_cached.ContainsKey(path))
                    throw new IOException($"{path} exists");
                if (!_folders.Contains(FolderOf(path)))
                    throw new DirectoryNotFoundException(path);
                return new OpenFile(this, path, _cached[path] = new Node());
            }
        );

    public IVolumeFile OpenAppend(string path) =>
        Do(
            "open",
            path,
            () =>
            {
                if (!_folders.Contains(FolderOf(path)))
                    throw new DirectoryNotFoundException(path);
                if (!_cached.TryGetValue(path, out var node))
                    _cached[path] = node = new Node();
                return new OpenFile(this, path, node);
            }
        );

    public Stream? OpenRead(string path)
    {
        lock (_gate)
        {
            if (Dead)
                throw new ProcessDeathException();
            if (Unreadable.Contains(path))
                throw new IOException("Input/output error");
            return _cached.TryGetValue(path, out var node) ? new MemoryStream([.. node.Bytes]) : null;
        }
    }

    public IVolumeReader? OpenReader(string path)
    {
        lock (_gate)
        {
            if (Dead)
                throw new ProcessDeathException();
            if (Unreadable.Contains(path))
                throw new IOException("Input/output error");
            return _cached.TryGetValue(path, out var node) ? new OpenReading(this, node) : null;
        }
    }

    public long? Length(string path)
    {
        lock (_gate)
        {
            if (Dead)
                throw new ProcessDeathException();
            return _cached.TryGetValue(path, out var node) ? node.Bytes.Count : null;
        }
    }

    public void Rename(string from, string to) =>
        Do(
            "rename",
            from,
            () =>
            {
                if (!_cached.Remove(from, out var node))
                    throw new FileNotFoundException(from);
                _cached[to] = node;
            }
        );

    public void Delete(string path) => Do("delete", path, () => _cached.Remove(path));

    public void FlushFolder(string folder) =>
        Do(
            "flush-folder",
            folder,
            () =>
            {
                foreach (var path in _durable.Keys.Where(p => FolderOf(p) == folder).ToList())
                    _durable.Remove(path);
                foreach (var (path, node) in _cached.Where(p => FolderOf(p.Key) == folder))
                    _durable[path] = node;
            }
        );

    public IReadOnlyList<string> Files(string folder)
    {
        lock (_gate)
            return
            [
                .. _cached.Keys.Where(p => FolderOf(p) == folder).Select(p => p[(p.LastIndexOf('/') + 1)..]).Order(StringComparer.Ordinal),
            ];
    }

    public IReadOnlyList<string> Folders(string folder)
    {
        lock (_gate)
        {
            var prefix = folder.Length == 0 ? "" : folder + "/";
            return
            [
                .. _folders
                    .Where(f =>
                        f.Length > prefix.Length && f.StartsWith(prefix, StringComparison.Ordinal) && !f[prefix.Length..].Contains('/')
                    )
                    .Select(f => f[prefix.Length..])
                    .Order(StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>Free bytes that the probe tells while there is no <see cref="Capacity"/>; null when it fails.</summary>
    public long? Free { get; set; } = 1L << 40;

    /// <summary>Bytes of the disk: what does not fit any more fails in its middle. Null for no end.</summary>
    public long? Capacity { get; set; }

    /// <summary>Bytes that somebody else has filled.</summary>
    public long Ballast { get; set; }

    /// <summary>Whether the disk takes no writes.</summary>
    public bool ReadOnly { get; set; }

    public long? FreeBytes() => Capacity is null ? Free : Math.Max(0, Room());

    public long? TotalBytes() => Capacity;

    /// <summary>Takes the disk out of the tree: an empty folder lies at its place. Files that are open stay its own.</summary>
    public void Remove()
    {
        lock (_gate)
        {
            _cached.Clear();
            _folders.Clear();
            _folders.Add("");
        }
    }

    private long Room()
    {
        lock (_gate)
            return Capacity is { } all ? all - Ballast - _cached.Values.Sum(n => (long)n.Bytes.Count) : long.MaxValue;
    }

    private static string FolderOf(string path) => path.Contains('/') ? path[..path.LastIndexOf('/')] : "";

    private static List<byte> Torn(Node node, Random random)
    {
        // What a flush covered is there. Behind it, any beginning of what the cache held, page by page, some pages zero; or the old length.
        var bytes = new List<byte>(node.Durable);
        if (node.Bytes.Count <= node.Durable.Count || random.Next(3) == 0)
            return bytes;
        var kept = random.Next(node.Durable.Count, node.Bytes.Count + 1);
        for (var at = node.Durable.Count; at < kept; at += 512)
        {
            var zero = random.Next(6) == 0;
            for (var i = at; i < Math.Min(at + 512, kept); i++)
                bytes.Add(zero ? (byte)0 : node.Bytes[i]);
        }

        return bytes;
    }

    private static SimulatedVolume Copy(
        Dictionary<string, Node> names,
        IEnumerable<string> folders,
        Func<Node, List<byte>> content,
        long? capacity
    )
    {
        var copy = new SimulatedVolume { Capacity = capacity };
        foreach (var (path, node) in names)
        {
            var bytes = content(node);
            copy._cached[path] = copy._durable[path] = new Node { Bytes = bytes, Durable = [.. bytes] };
        }

        copy._folders.UnionWith(folders);
        copy._durableFolders.UnionWith(folders);
        return copy;
    }

    private void Do(string operation, string path, Action work) =>
        Do(
            operation,
            path,
            () =>
            {
                work();
                return true;
            }
        );

    private T Do<T>(string operation, string path, Func<T> work)
    {
        lock (_gate)
        {
            if (Dead)
                throw new ProcessDeathException();
            var number = Operations++;
            Before?.Invoke(number, operation, path);
            if (ReadOnly)
                throw new IOException($"Read-only file system : '{path}'", ReadOnlyFileSystem);
            var result = work();
            After?.Invoke(number, operation, path);
            return result;
        }
    }

    private sealed class Node
    {
        public List<byte> Bytes { get; set; } = [];

        public List<byte> Durable { get; set; } = [];

        public List<(int From, int To)> Dropped { get; } = [];
    }

    private sealed class OpenReading(SimulatedVolume volume, Node node) : IVolumeReader
    {
        private bool _closed;

        public bool TryRead(long offset, Span<byte> whole)
        {
            lock (volume._gate)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                if (offset + whole.Length > node.Bytes.Count)
                    return false;
                CollectionsMarshal.AsSpan(node.Bytes).Slice((int)offset, whole.Length).CopyTo(whole);
                return true;
            }
        }

        public void Dispose()
        {
            lock (volume._gate)
                _closed = true;
        }
    }

    private sealed class OpenFile(SimulatedVolume volume, string path, Node node) : IVolumeFile
    {
        private const string Written = "written";

        public long Length => node.Bytes.Count;

        public void Append(IReadOnlyList<ReadOnlyMemory<byte>> parts)
        {
            byte[] all = [.. parts.SelectMany(p => p.ToArray())];
            try
            {
                volume.Do("write", path, () => Put(all));
            }
            catch (IOException e) when (e.Data.Contains(Written))
            {
                throw;
            }
            catch (IOException)
            {
                node.Bytes.AddRange(all[..(int)(all.Length * volume.PartialWrite)]);
                throw;
            }
        }

        public void Allocate(long bytes) =>
            volume.Do(
                "allocate",
                path,
                () =>
                {
                    if (bytes > volume.Room())
                        throw DiskFull.Error(path);
                    node.Bytes.AddRange(new byte[bytes]);
                }
            );

        private void Put(byte[] all)
        {
            var fits = (int)Math.Clamp(volume.Room(), 0, all.Length);
            node.Bytes.AddRange(all.AsSpan(0, fits));
            if (fits == all.Length)
                return;
            var full = DiskFull.Error(path);
            full.Data[Written] = fits;
            throw full;
        }

        // As Linux does: pages whose write failed are clean afterwards, and a later flush that succeeds has not written them.
        public void Flush()
        {
            try
            {
                volume.Do(
                    "flush",
                    path,
                    () =>
                    {
                        node.Durable = [.. node.Bytes];
                        foreach (var (from, to) in node.Dropped)
                        {
                            for (var i = from; i < Math.Min(to, node.Durable.Count); i++)
                                node.Durable[i] = 0;
                        }
                    }
                );
            }
            catch (IOException)
            {
                node.Dropped.Add((node.Durable.Count, node.Bytes.Count));
                throw;
            }
        }

        public void SetLength(long length) =>
            volume.Do(
                "cut",
                path,
                () =>
                {
                    node.Bytes.RemoveRange((int)length, node.Bytes.Count - (int)length);
                    // Written again, a page is dirty again.
                    for (var i = 0; i < node.Dropped.Count; i++)
                        node.Dropped[i] = (node.Dropped[i].From, Math.Min(node.Dropped[i].To, (int)length));
                }
            );

        public void Dispose() { }
    }
}
