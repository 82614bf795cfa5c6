using System.Reflection;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Server.Tests.Server;

public sealed class ServerLogTests
{
    [Fact]
    public void EventIds_OfAllMessages_AreUniqueAndFrom2000()
    {
        int[] ids = [.. typeof(ServerLog).GetMethods()
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(message => message.EventId)];

        Assert.NotEmpty(ids);
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(ids, id => Assert.InRange(id, 2000, 2999));
    }
}
