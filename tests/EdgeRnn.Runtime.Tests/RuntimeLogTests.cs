using System.Reflection;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Tests;

public sealed class RuntimeLogTests
{
    private static readonly MethodInfo[] Messages = [.. typeof(ModelLog).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(method => method.GetCustomAttribute<LoggerMessageAttribute>() is not null)];

    [Fact]
    public void Messages_OfTheAssembly_AreInOneClassPerRoom() => Assert.Equal(
        [nameof(ModelLog), nameof(SchedulerLog), nameof(SessionLog)], Messages.Select(message => message.DeclaringType!.Name).Distinct().Order());

    [Fact]
    public void EventIds_OfAllMessages_AreUniqueAndFrom1000()
    {
        int[] ids = [.. Messages.Select(message => message.GetCustomAttribute<LoggerMessageAttribute>()!.EventId)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(ids, id => Assert.InRange(id, 1000, 1999));
    }
}
