using ExamMonitor.Dashboard;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Configuration;
using Microsoft.Extensions.Options;

// Windows' consoles begin with a code page of the country: what is written into a file or a pipe must be UTF-8 everywhere.
if (OperatingSystem.IsWindows())
    Console.OutputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

if (args is ["--help" or "-h"])
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

try
{
    await using var app = await DashboardApplication.CreateAsync(args, null, CancellationToken.None);
    if (app.Configuration[CommandLine.NewPassword] is { } name)
        return await ForgottenPassword.ReplaceAsync(app.Services, name, Console.Out, Console.Error, CancellationToken.None);
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException e)
{
    await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, e.Failures));
    return 2;
}
catch (InvalidOperationException e) when (UnreadableSetting.TextOf(e) is { } text)
{
    await Console.Error.WriteLineAsync(text);
    return 2;
}
catch (ArgumentException e) when (e.ParamName == "args")
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
