using System.IO.Pipes;
using ExamMonitor.Capture.Children;
using Xunit;

namespace ExamMonitor.Capture.Tests;

public sealed class BurstStreamTests
{
    [Fact]
    public async Task Bytes_InBurstsAndAskedForInAnySizes_ComeAllAndInOrder()
    {
        var sent = new byte[3 << 20];
        new Random(5).NextBytes(sent);
        using var end = new AnonymousPipeServerStream(PipeDirection.Out);
        using var pipe = new AnonymousPipeClientStream(PipeDirection.In, end.ClientSafePipeHandle);
        var writing = Task.Run(() => Write(end, sent), TestContext.Current.CancellationToken);
        var got = await Task.Factory.StartNew(
            () => ReadAll(new BurstStream(pipe), new Random(6)),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        await writing;
        Assert.Equal(sent, got);
    }

    [Fact]
    public void Read_NothingComesAndTheTokenIsCancelled_EndsAfterOneLook()
    {
        using var end = new AnonymousPipeServerStream(PipeDirection.Out);
        using var pipe = new AnonymousPipeClientStream(PipeDirection.In, end.ClientSafePipeHandle);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.ThrowsAny<OperationCanceledException>(() => Read(new BurstStream(pipe), new byte[8], limit.Token));
    }

    [Fact]
    public void Read_EndComesOfAKillBecauseNobodyWaits_IsACancellationAndNoEnd()
    {
        using var end = new AnonymousPipeServerStream(PipeDirection.Out);
        using var pipe = new AnonymousPipeClientStream(PipeDirection.In, end.ClientSafePipeHandle);
        using var given = new CancellationTokenSource();
        using var kill = given.Token.Register(end.Dispose);
        given.CancelAfter(TimeSpan.FromMilliseconds(50));
        Assert.ThrowsAny<OperationCanceledException>(() => Read(new BurstStream(pipe), new byte[8], given.Token));
    }

    private static void Write(AnonymousPipeServerStream end, byte[] bytes)
    {
        // Fragments of half a mebibyte in pieces of 32 KiB, each beginning with a small one.
        for (var at = 0; at < bytes.Length; )
        {
            var piece = at % (512 << 10) == 0 ? 100 : Math.Min(32 << 10, (512 << 10) - (at % (512 << 10)));
            end.Write(bytes, at, Math.Min(piece, bytes.Length - at));
            at += piece;
        }

        end.Dispose();
    }

    private static byte[] ReadAll(BurstStream stream, Random random)
    {
        var all = new MemoryStream();
        while (true)
        {
            var buffer = new byte[random.Next(3) == 0 ? random.Next(1, 100) : random.Next(1, 1 << 20)];
            var read = Read(stream, buffer, CancellationToken.None);
            if (read == 0)
                return all.ToArray();
            all.Write(buffer, 0, read);
        }
    }

    private static int Read(BurstStream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        var task = stream.ReadAsync(buffer, 0, buffer.Length, cancellationToken);
        // It blocks, and never leaves its thread.
        Assert.True(task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }
}
