using System.Globalization;
using System.Text;

namespace ExamMonitor.Transparency;

/// <summary>Reads the lines of a policy file (c2sp.org/tlog-policy). Names are octets and compared as octets.</summary>
internal sealed class WitnessPolicyReader
{
    private const int MaxBytes = 256 * 1024;
    private const int Most = 128;
    private const string None = "none";
    private readonly List<VerifierKey> _logs = [];
    private readonly List<PolicyWitness> _witnesses = [];
    private readonly Dictionary<string, PolicyNode> _nodes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);
    private (bool Given, PolicyNode? Node) _quorum;

    /// <summary>The policy, or why it is none.</summary>
    public (WitnessPolicy? Policy, string? Fault) Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > MaxBytes)
            return (null, "The file is too large for a policy.");
        // Latin-1 keeps every octet as one character: nothing in a policy asks for knowledge of Unicode.
        var lines = Encoding.Latin1.GetString(file).Split('\n');
        for (var number = 1; number <= lines.Length; number++)
        {
            var line = lines[number - 1];
            if (line.Any(c => c is (< ' ' and not '\t') or '\u007f'))
                return (null, Line(number, "a control character is not allowed."));
            if (ReadLine(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)) is { } fault)
                return (null, Line(number, fault));
        }

        if (!_quorum.Given)
            return (null, "The policy has no 'quorum' line.");
        return (new(_logs, _witnesses, _quorum.Node), null);
    }

    private static string Line(int number, string fault) => string.Create(CultureInfo.InvariantCulture, $"Line {number}: {fault}");

    /// <summary>Policy words are octets; a vkey is UTF-8.</summary>
    private static string Utf8(string word) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(word));

    private static int? ThresholdOf(string word, int members) =>
        word switch
        {
            "all" => members,
            "any" => 1,
            _ => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var k) && word[0] != '0' && k <= members
                ? k
                : null,
        };

    private string? ReadLine(string[] words) =>
        words switch
        {
            [] => null,
            [['#', ..], ..] => null,
            ["log", var key] => ReadLog(key),
            ["log", var key, _] => ReadLog(key),
            ["witness", var name, var key] => ReadWitness(name, key, null),
            ["witness", var name, var key, var url] => ReadWitness(name, key, Utf8(url)),
            ["group", var name, var threshold, .. { Length: > 0 } members] => ReadGroup(name, threshold, members),
            ["quorum", var name] => ReadQuorum(name),
            _ => "it is none of: log VKEY [URL], witness NAME VKEY [URL], group NAME all|any|NUMBER NAME…, quorum NAME.",
        };

    private string? ReadLog(string text)
    {
        if (!VerifierKey.TryParse(Utf8(text), out var key) || key.Type != NoteKeyType.Ed25519)
            return "a log's key is a vkey of type 0x01 (Ed25519).";
        if (_logs.Count == Most || _logs.Any(key.IsSameKey))
            return "this log's key stands in the policy twice, or there are too many logs.";
        _logs.Add(key);
        return null;
    }

    private string? ReadWitness(string name, string text, string? url)
    {
        if (!VerifierKey.TryParse(Utf8(text), out var key) || key.Type != NoteKeyType.Cosignature)
            return "a witness's key is a vkey of type 0x04 (Ed25519 cosignature); others are not supported.";
        if (_witnesses.Count == Most || _witnesses.Any(w => w.Key.IsSameKey(key)))
            return "this witness's key stands in the policy twice, or there are too many witnesses.";
        if (!TryName(new(name, 0, [])))
            return $"the name \"{name}\" is taken.";
        _witnesses.Add(new(name, key, url));
        return null;
    }

    private string? ReadGroup(string name, string threshold, string[] members)
    {
        var nodes = new List<PolicyNode>();
        foreach (var member in members)
        {
            if (!_nodes.TryGetValue(member, out var node))
                return $"\"{member}\" is not defined on an earlier line.";
            if (!_members.Add(member))
                return $"\"{member}\" is a member twice.";
            nodes.Add(node);
        }

        if (ThresholdOf(threshold, nodes.Count) is not { } k)
            return "a group needs 'all', 'any' or a number from 1 to the number of its members.";
        if (_nodes.Count - _witnesses.Count >= Most)
            return "there are too many groups.";
        return TryName(new(name, k, nodes)) ? null : $"the name \"{name}\" is taken.";
    }

    private string? ReadQuorum(string name)
    {
        if (_quorum.Given)
            return "there is a second 'quorum' line.";
        if (!string.Equals(name, None, StringComparison.Ordinal) && !_nodes.ContainsKey(name))
            return $"\"{name}\" is not defined on an earlier line.";
        _quorum = (true, _nodes.GetValueOrDefault(name));
        return null;
    }

    private bool TryName(PolicyNode node) => !string.Equals(node.Name, None, StringComparison.Ordinal) && _nodes.TryAdd(node.Name, node);
}
