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
    private const string StreamPath = "/edgernn.v1.InferenceService/StreamInfer";
    private const string WatchPath = "/grpc.health.v1.Health/Watch";
    private const string ReflectionPrefix = "/grpc.reflection.";

    /// <summary>Bytes of the request that a call may have before it is a session.</summary>
    public const int MaxRequestBytes = 64 * 1024;

    // A request of a few bytes is answered with whole files, by people and tools of development.
    private const int ReflectionPlaces = 8;

    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ReflectionTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WatchTime = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private readonly List<CallPlace> _borrowed = [];
    private int _taken;
    private int _reflections;

    /// <summary>Places that are taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>
    /// The places that an address has for its own. Beyond them its streams may borrow what is free, so that many sensors behind one address
    /// can open at once; a borrowed place is taken away if another address needs it.
    /// </summary>
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
        PathString path = context.Request.Path;
        bool reflects = path.Value!.StartsWith(ReflectionPrefix, StringComparison.Ordinal);
        using CallPlace? place = Take(context, address, reflects, mayBorrow: path == StreamPath);
        if (place is null)
        {
            ServerLog.CallRefused(logger, places, PerAddress);
            Refuse(context, $"calls that are not sessions: expected at most {PerAddress} of an address, {places} in all and "
                + $"{ReflectionPlaces} of reflection, found more");
            return;
        }

        context.Features.Set(place);
        if (context.Features.Get<IRequestBodyPipeFeature>() is { } body)
            context.Features.Set<IRequestBodyPipeFeature>(new LimitedBody(body.Reader, place));
        await next(context);
    }

    private static TimeSpan TimeOf(PathString path, bool reflects) => path == WatchPath ? WatchTime : reflects ? ReflectionTime : CallTime;

    private CallPlace? Take(HttpContext context, IPAddress address, bool reflects, bool mayBorrow)
    {
        CallPlace place;
        CallPlace? evicted = null;
        lock (_gate)
        {
            int own = _byAddress.GetValueOrDefault(address);
            bool borrows = own >= PerAddress;
            if ((borrows && !mayBorrow) || (reflects && _reflections == ReflectionPlaces))
                return null;
            if (_taken >= places)
            {
                evicted = borrows ? null : _borrowed.LastOrDefault();
                if (evicted is null)
                    return null;
                _borrowed.Remove(evicted);
            }

            place = new CallPlace(context, address, gone => GiveBack(gone, reflects), time, TimeOf(context.Request.Path, reflects));
            if (borrows)
                _borrowed.Add(place);
            _byAddress[address] = own + 1;
            _taken++;
            if (reflects)
                _reflections++;
        }

        evicted?.Cut();
        return place;
    }

    private void GiveBack(CallPlace place, bool reflects)
    {
        lock (_gate)
        {
            // What was borrowed is the address's own as soon as one of its own is free.
            if (!_borrowed.Remove(place) && _borrowed.Find(other => other.Address.Equals(place.Address)) is { } next)
                _borrowed.Remove(next);
            if (--_byAddress[place.Address] is var left && left == 0)
                _byAddress.Remove(place.Address);
            _taken--;
            if (reflects)
                _reflections--;
        }
    }

    // Without gRPC's own handlers, which would read the request first.
    private static void Refuse(HttpContext context, string message)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)StatusCode.ResourceExhausted).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = message;
    }
}
