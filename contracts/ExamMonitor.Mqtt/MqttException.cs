namespace ExamMonitor.Mqtt;

/// <summary>The MQTT client cannot work at all on this computer.</summary>
/// <param name="operation">What was tried.</param>
/// <param name="subject">On what.</param>
/// <param name="hint">How to mend it.</param>
/// <param name="inner">What the system said; null for none.</param>
public sealed class MqttException(string operation, string subject, string hint, Exception? inner = null)
    : Exception($"{operation} failed for {subject}. {hint}", inner)
{
    /// <summary>What was tried.</summary>
    public string Operation { get; } = operation;

    /// <summary>On what.</summary>
    public string Subject { get; } = subject;

    /// <summary>How to mend it.</summary>
    public string Hint { get; } = hint;
}
