using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.SetUp.Onvif;
using Xunit;

namespace ExamMonitor.Agent.Tests.SetUp;

/// <summary>
/// Against implementations that are not ours; by hand, since no registry brings a device: docs/decisions/0264 says what was tried.
/// </summary>
public sealed class ForeignOnvifTests
{
    /// <summary>
    /// EXAM_MONITOR_ONVIF_DEVICE names the device service of a foreign device on this computer, which also answers probes at port 3702.
    /// </summary>
    [Fact(Explicit = true)]
    public async Task ForeignDevice_OfTheEnvironment_IsAskedAndFound()
    {
        var address =
            Environment.GetEnvironmentVariable("EXAM_MONITOR_ONVIF_DEVICE")
            ?? throw new InvalidOperationException("EXAM_MONITOR_ONVIF_DEVICE is not set.");
        var camera = await new OnvifClient(TimeProvider.System).AskAsync(new(address, "admin", "9999"), CancellationToken.None);
        TestContext.Current.SendDiagnosticMessage(JsonSerializer.Serialize(camera, ContractJson.Options));
        Assert.NotNull(camera.Address);
        var found = await new OnvifDiscovery(TimeProvider.System, new IPEndPoint(IPAddress.Loopback, 3702)).AskAsync(
            2,
            _ => null,
            CancellationToken.None
        );
        TestContext.Current.SendDiagnosticMessage(JsonSerializer.Serialize(found, ContractJson.Options));
        Assert.NotEmpty(found.Devices);
    }

    /// <summary>
    /// EXAM_MONITOR_ONVIF_CLIENT names a script for node that reads a device at 127.0.0.1 with port, user and password as its arguments,
    /// and ends with 0 when it did.
    /// </summary>
    [Theory(Explicit = true)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForeignClient_OfTheEnvironment_ReadsOurTestDevice(bool digest)
    {
        using var device = new OnvifTestDevice { AsksForDigest = digest, Secret = "ascii-only" };
        var script =
            Environment.GetEnvironmentVariable("EXAM_MONITOR_ONVIF_CLIENT")
            ?? throw new InvalidOperationException("EXAM_MONITOR_ONVIF_CLIENT is not set.");
        using var node = System.Diagnostics.Process.Start(
            new ProcessStartInfo("node", [script, device.Port.ToString(CultureInfo.InvariantCulture), OnvifTestDevice.User, device.Secret])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        TestContext.Current.SendDiagnosticMessage(await node.StandardOutput.ReadToEndAsync());
        await node.WaitForExitAsync();
        Assert.Equal(0, node.ExitCode);
    }
}
