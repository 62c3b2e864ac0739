using ExamMonitor.Dashboard.Resources;
using Microsoft.Extensions.Localization;

namespace ExamMonitor.Dashboard.Features.Retention;

/// <summary>Reasons of a plan in words. Pure.</summary>
internal static class PlanText
{
    /// <summary>A reason by name; its code when a later agent gives one that this page does not know.</summary>
    public static string Reason(string code, IStringLocalizer<Strings> l) =>
        l["Plan-" + code] is { ResourceNotFound: false } name ? name : code;
}
