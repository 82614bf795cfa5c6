using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Scheduling;

internal static partial class SchedulerLog
{
    [LoggerMessage(1003, LogLevel.Error, "Model {Model} failed while computing")]
    public static partial void ModelFault(ILogger logger, Exception fault, string model);
}
