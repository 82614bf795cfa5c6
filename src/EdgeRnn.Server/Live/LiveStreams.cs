using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Sessions;
using Grpc.Core;

namespace EdgeRnn.Server.Live;

/// <summary>The streams that are open and, with their reasons, those that have ended or were refused in the last 15 minutes.</summary>
internal sealed class LiveStreams
{
    /// <summary>Open streams whose course is kept: as many as the page lists.</summary>
    public const int MaxCourses = 100;

    private readonly ConcurrentDictionary<StreamSession, WatchedStream> _open = new();
    private readonly Dictionary<StreamSession, StreamCourse> _courses = [];
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;

    public LiveStreams(SessionManager sessions, TimeProvider time)
    {
        _time = time;
        Ended = new EndedStreams(time);
        sessions.Ended += OnEnded;
        sessions.Refused += Ended.Add;
    }

    /// <summary>Counts what streams answer.</summary>
    public LiveWindow Window { get; } = new();

    public EndedStreams Ended { get; }

    /// <summary>The open streams. Those that open or end during the enumeration may be missing.</summary>
    public IEnumerable<WatchedStream> Open => _open.Select(stream => stream.Value);

    /// <summary>Wraps a stream's responses, to watch them until the session has ended.</summary>
    public WatchedStream Watch(StreamSession session, IServerStreamWriter<StreamInferResponse> responses) =>
        _open[session] = new WatchedStream(session, responses, Window, _time);

    /// <summary>Adds a point to the course of each open stream, of the first <see cref="MaxCourses"/> if there are more.</summary>
    public void Record()
    {
        lock (_gate)
        {
            foreach (WatchedStream stream in Open.OrderByDescending(stream => stream.Session.Age))
            {
                if (_courses.Count < MaxCourses)
                    _courses.TryAdd(stream.Session, new StreamCourse(stream));
                if (_courses.TryGetValue(stream.Session, out StreamCourse? course))
                    course.Record(_time.GetUtcNow());
            }
        }

        Ended.Forget();
    }

    /// <summary>The points of each open stream's course, by session id.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<StreamPoint>> Courses()
    {
        lock (_gate)
            return _courses.ToDictionary(course => course.Key.Id, course => course.Value.Points);
    }

    /// <summary>An open stream's course.</summary>
    public bool TryGetCourse(string id, [NotNullWhen(true)] out WatchedStream? stream, out IReadOnlyList<StreamPoint> points)
    {
        stream = Open.FirstOrDefault(open => open.Session.Id == id);
        points = [];
        lock (_gate)
        {
            if (stream is not null && _courses.TryGetValue(stream.Session, out StreamCourse? course))
                points = course.Points;
        }

        return stream is not null;
    }

    private void OnEnded(StreamSession session)
    {
        _open.TryRemove(session, out _);
        lock (_gate)
            _courses.Remove(session);
        Ended.Add(session);
    }
}
