namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>The process is gone: nothing that it does after this has an effect.</summary>
internal sealed class ProcessDeathException : Exception;
