using System.Threading.Channels;
using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Media;

namespace ExamMonitor.Capture.Pictures;

/// <summary>Decodes what lies between key frames where these are rare, in one child that stays open, fed with a stream's fragments.
/// Whatever happens to it cannot reach the recording.</summary>
/// <remarks>
/// <see cref="Add"/> never blocks. Until a group has lasted longer than <see cref="PictureChoice.RareSeconds"/> its fragments are only
/// held; then they are decoded from their key frame on, so
/// that no picture is missed. When three groups in a row were short the child is ended. A decoder that cannot keep up is ended as well, and
/// begins anew with the next long group.
/// </remarks>
/// <param name="context">ffmpeg, clock, log.</param>
/// <param name="size">Box that a picture fits in.</param>
/// <param name="take">Takes the chosen pictures, in order; owns them.</param>
/// <param name="failed">Hears why a child ended that was not told to.</param>
/// <param name="always">Whether every group is decoded: nobody else takes the key frames.</param>
internal sealed class GroupDecoder(
    CaptureContext context,
    PictureSize size,
    Action<AnalysisPicture> take,
    Action<string> failed,
    bool always = false
) : IDisposable
{
    /// <summary>Fragments that wait for the child: half a minute.</summary>
    private const int MostWaiting = 32;
    private const int ShortGroups = 3;
    private readonly List<TimedFragment> _held = [];
    private InitializationSegment? _initialization;
    private Pts90k? _key;
    private Pts90k? _keyBefore;
    private int _short;
    private bool _missed;
    private volatile Work? _work;

    /// <summary>Whether it gives the pictures now, key frames too.</summary>
    public bool IsOn => _work is not null;

    /// <summary>Seconds between the newest two key frames, or since the newest one if that is longer; null before the first.</summary>
    public double? KeyFrameSeconds { get; private set; }

    /// <summary>Takes the next fragment of a run.</summary>
    public void Add(InitializationSegment initialization, Fragment fragment, DateTimeOffset arrivedAtUtc)
    {
        if (!ReferenceEquals(initialization, _initialization))
            Begin(initialization);
        if (fragment.StartsWithSync)
            KeyFrame(fragment.Start);
        if (_key is not { } key)
            return;
        KeyFrameSeconds = Math.Max(Seconds(fragment.End - key), _keyBefore is { } before ? Seconds(key - before) : 0);
        var timed = new TimedFragment(fragment, arrivedAtUtc);
        if (_work is { } work)
        {
            if (!work.Ended.IsCompleted && work.Waiting.Writer.TryWrite(timed))
                return;
            End();
            // What it missed cannot be decoded: it begins anew with the next key frame.
            _missed = true;
        }

        _missed &= !fragment.StartsWithSync;
        if (_missed)
            return;
        _held.Add(timed);
        if (always || PictureChoice.IsRare(key, fragment.End))
            Start(initialization, key);
    }

    /// <summary>Ends the child.</summary>
    public void Dispose() => End();

    private static double Seconds(long ticks) => (double)ticks / Pts90k.PerSecond;

    private void Begin(InitializationSegment initialization)
    {
        End();
        _held.Clear();
        (_initialization, _key, _keyBefore, _short, _missed, KeyFrameSeconds) = (initialization, null, null, 0, false, null);
    }

    private void KeyFrame(Pts90k at)
    {
        _short = _key is { } before && !PictureChoice.IsRare(before, at) ? _short + 1 : 0;
        (_keyBefore, _key) = (_key, at);
        _held.Clear();
        if (_short >= ShortGroups && !always)
            End();
    }

    private void Start(InitializationSegment initialization, Pts90k key)
    {
        var choice = new PictureChoice();
        if (!always)
        {
            // The key frame was taken from the recording's own decoder.
            if (_keyBefore is { } before)
                choice.Take(before, isKeyFrame: true);
            choice.Take(key, isKeyFrame: true);
        }

        var work = new Work(choice, always ? null : key);
        foreach (var held in _held)
            work.Waiting.Writer.TryWrite(held);
        _held.Clear();
        work.Ended = Task.Run(() => RunAsync(work, initialization), CancellationToken.None);
        _work = work;
    }

    private void End()
    {
        _work?.Waiting.Writer.TryComplete();
        _work?.Stop.Cancel();
        _work = null;
    }

    private async Task RunAsync(Work work, InitializationSegment initialization)
    {
        var errors = new ErrorLines(null);
        try
        {
            var start = new ChildProcessStart(context.Tools.FfmpegPath, CaptureArguments.FragmentsBetween(size))
            {
                ErrorLine = errors.Add,
                LowPriority = true,
            };
            var child = await ChildProcess.StartAsync(start, context.Time, work.Stop.Token).ConfigureAwait(false);
            await using (child.ConfigureAwait(false))
            {
                var feeding = FeedAsync(work, child.Input, initialization);
                await new GroupPictures(work.Times, work.Choice, work.Known, take, context.Time)
                    .ReadAsync(child.Output, work.Stop.Token)
                    .ConfigureAwait(false);
                await feeding.ConfigureAwait(false);
            }

            if (!work.Stop.IsCancellationRequested)
                failed(errors.Last);
        }
        catch (OperationCanceledException) when (work.Stop.IsCancellationRequested)
        {
            // Told to.
        }
#pragma warning disable CA1031 // A decoder that fails costs pictures until the next long group, never the recording.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failed(e.Message);
        }
        finally
        {
            work.Waiting.Writer.TryComplete();
        }
    }

    private static async Task FeedAsync(Work work, Stream input, InitializationSegment initialization)
    {
        await input.WriteAsync(initialization.Bytes, work.Stop.Token).ConfigureAwait(false);
        await foreach (var (fragment, arrived) in work.Waiting.Reader.ReadAllAsync(work.Stop.Token).ConfigureAwait(false))
        {
            work.Times.Add(fragment, arrived);
            await input.WriteAsync(fragment.Bytes, work.Stop.Token).ConfigureAwait(false);
            await input.FlushAsync(work.Stop.Token).ConfigureAwait(false);
        }
    }

    private readonly record struct TimedFragment(Fragment Fragment, DateTimeOffset ArrivedAtUtc);

    /// <summary>One child's life.</summary>
    private sealed class Work(PictureChoice choice, Pts90k? known)
    {
        public PictureChoice Choice => choice;

        /// <summary>Key frame that somebody else took.</summary>
        public Pts90k? Known => known;

        public FragmentTimes Times { get; } = new();

        public CancellationTokenSource Stop { get; } = new();

        public Channel<TimedFragment> Waiting { get; } = Channel.CreateBounded<TimedFragment>(MostWaiting);

        public Task Ended { get; set; } = Task.CompletedTask;
    }
}
