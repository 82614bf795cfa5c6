using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeRnn.Server.Limits;

/// <summary>
/// Budgets calls that are not sessions: streams before their <c>open</c>, unary calls, health watches, reflection. Each takes a place when it
/// arrives, before anything of it is read; so unopened streams and answers that nobody reads are refused or cut, and memory is left for
/// sessions. A stream gives its place back when its session, which has a budget of its own, opens.
/// </summary>
/// <param name="places">Maximum number of such calls.</param>
internal sealed class CallBudget(int places, TimeProvider time, ILogger<CallBudget> logger)
{
    private const string WatchPath = "/grpc.health.v1.Health/Watch";
    private const string ReflectionPrefix = "/grpc.reflection.";

    /// <summary>Bytes of the request that a call may have before it is a session.</summary>
    public const int MaxRequestBytes = 64 * 1024;

    // A request of a few bytes is answered with whole files, by people and tools of development.
    private const int ReflectionPlaces = 8;

    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ReflectionTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WatchTime = TimeSpan.FromHours(1);

    // One address cannot take all places.
    private readonly ConcurrentDictionary<IPAddress, int> _byAddress = new();
    private int _taken;
    private int _reflections;

    /// <summary>Places that are taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>The most places that calls of one address take.</summary>
    public int PerAddress => Math.Max(1, places / 2);

    /// <summary>Middleware of the gRPC port.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            await next(context);
            return;
        }

        IPAddress address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        bool reflects = context.Request.Path.Value!.StartsWith(ReflectionPrefix, StringComparison.Ordinal);
        if (!TryTake(address, reflects))
        {
            ServerLog.CallRefused(logger, places, PerAddress);
            Refuse(context, $"calls that are not sessions: expected at most {PerAddress} of an address, {places} in all and "
                + $"{ReflectionPlaces} of reflection, found more");
            return;
        }

        using var place = new CallPlace(context, () => GiveBack(address, reflects), time, TimeOf(context.Request.Path, reflects));
        context.Features.Set(place);
        if (context.Features.Get<IRequestBodyPipeFeature>() is { } body)
            context.Features.Set<IRequestBodyPipeFeature>(new LimitedBody(body.Reader, place));
        await next(context);
    }

    private static TimeSpan TimeOf(PathString path, bool reflects) => path == WatchPath ? WatchTime : reflects ? ReflectionTime : CallTime;

    private bool TryTake(IPAddress address, bool reflects)
    {
        bool fits = Interlocked.Increment(ref _taken) <= places;
        fits &= _byAddress.AddOrUpdate(address, 1, static (_, count) => count + 1) <= PerAddress;
        if (reflects)
            fits &= Interlocked.Increment(ref _reflections) <= ReflectionPlaces;
        if (!fits)
            GiveBack(address, reflects);
        return fits;
    }

    private void GiveBack(IPAddress address, bool reflects)
    {
        Release(address);
        Interlocked.Decrement(ref _taken);
        if (reflects)
            Interlocked.Decrement(ref _reflections);
    }

    private void Release(IPAddress address)
    {
        if (_byAddress.AddOrUpdate(address, 0, static (_, count) => count - 1) == 0)
            _byAddress.TryRemove(new KeyValuePair<IPAddress, int>(address, 0));
    }

    // Without gRPC's own handlers, which would read the request first.
    private static void Refuse(HttpContext context, string message)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)StatusCode.ResourceExhausted).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = message;
    }
}
