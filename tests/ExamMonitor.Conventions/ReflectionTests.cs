using System.Reflection;
using System.Runtime.CompilerServices;
using ExamMonitor.Contracts;
using Xunit;

namespace ExamMonitor.Conventions;

public sealed class ReflectionTests
{
    internal static IEnumerable<Assembly> Products =>
        Directory
            .GetFiles(AppContext.BaseDirectory, "*.dll")
            .Where(f =>
                Path.GetFileName(f) is var n
                && (n.StartsWith("ExamMonitor.", StringComparison.Ordinal) || n.StartsWith("exam-monitor-", StringComparison.Ordinal))
            )
            .Where(f => Path.GetFileName(f) is not ("ExamMonitor.Conventions.dll" or "ExamMonitor.TestKit.dll"))
            .Select(Assembly.LoadFrom);

    [Fact]
    public void Products_AreFound() => Assert.True(Products.Count() >= 9, "The convention tests see too few assemblies.");

    [Fact]
    public void Options_EveryClass_IsSealedWithInitProperties()
    {
        var wrong = new List<string>();
        foreach (
            var type in Products
                .SelectMany(a => a.GetTypes())
                .Where(t =>
                    t.Name.EndsWith("Options", StringComparison.Ordinal) && t.IsClass && !t.IsDefined(typeof(CompilerGeneratedAttribute))
                )
        )
        {
            if (!type.IsSealed)
                wrong.Add($"{type} is not sealed");
            wrong.AddRange(
                type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                    .Where(p =>
                        p.SetMethod is { IsPublic: true } set
                        && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))
                    )
                    .Select(p => $"{type}.{p.Name} can be changed after the start")
            );
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Topics_EveryOne_IsInTheAsyncApiDocumentAndParsesBack()
    {
        var document = SourceTree.Read("contracts/asyncapi.yaml");
        var topics = new Topics(SiteId.Parse("S", null));
        var made = typeof(Topics)
            .GetProperties()
            .Where(p => p.PropertyType == typeof(string) && p.Name != nameof(Topics.All))
            .Select(p => (string)p.GetValue(topics)!)
            .Concat(
                typeof(Topics)
                    .GetMethods()
                    .Where(m =>
                        m.ReturnType == typeof(string)
                        && m.DeclaringType == typeof(Topics)
                        && !m.IsSpecialName
                        && m.Name != nameof(ToString)
                    )
                    .Select(m => Call(topics, m))
            )
            .ToList();
        Assert.Equal(TopicContract.All.Count, made.Count);
        foreach (var topic in made)
        {
            Assert.True(TopicAddress.TryParse(topic, out var address), topic);
            Assert.Contains($"address: {Topics.Root}/{{site}}/{address.Contract.Pattern}\n", document, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Contracts_NoPublicType_IsMutable() =>
        Assert.Empty(
            typeof(Topics)
                .Assembly.GetExportedTypes()
                .SelectMany(t => t.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                .Where(p =>
                    p.SetMethod is { IsPublic: true } set
                    && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))
                )
                .Select(p => $"{p.DeclaringType}.{p.Name}")
        );

    private static string Call(Topics topics, MethodInfo method) =>
        (string)
            method.Invoke(
                topics,
                [
                    .. method
                        .GetParameters()
                        .Select(p =>
                            p.ParameterType.GetMethod("Of", [typeof(string)]) is { } of
                                ? of.Invoke(null, ["X1"])
                                : p.ParameterType.GetMethod("Parse", [typeof(string), typeof(IFormatProvider)])!.Invoke(null, ["X1", null])
                        ),
                ]
            )!;
}
