using EdgeRnn.Runtime;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EdgeRnn.Server.Hosting;

/// <summary>What <c>/health/ready</c> answers: the status and, if there is one, the reason.</summary>
internal static class ReadinessPage
{
    public static HealthCheckOptions Options { get; } = new()
    {
        Predicate = check => check.Name == ReadinessCheck.Name,
        ResponseWriter = WriteAsync,
    };

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        string? reason = report.Entries.Values.Select(entry => entry.Description).FirstOrDefault(text => !string.IsNullOrEmpty(text));
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason is null ? $"{report.Status}" : $"{report.Status}: {ForeignText.Escape(reason)}");
    }
}
