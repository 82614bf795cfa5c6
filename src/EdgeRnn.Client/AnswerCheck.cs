using EdgeRnn.Protocol.V1;

namespace EdgeRnn.Client;

/// <summary>
/// Checks that a server's answers add up: indices that only go forward, as many values as outputs, no more results than frames, and at the
/// end every frame answered or counted as dropped.
/// </summary>
/// <param name="outputSize">Values per output.</param>
/// <param name="outputEvery">Distance between the frames of consecutive outputs.</param>
internal sealed class AnswerCheck(int outputSize, int outputEvery)
{
    private long _next;
    private long _outputs;

    /// <summary>Checks a result.</summary>
    /// <param name="offered">Frames that were given to the stream so far.</param>
    /// <exception cref="EdgeRnnException">It cannot be the answer to these frames.</exception>
    public void Add(Result result, long offered)
    {
        Demand(result.Count > 0, "result.count", "at least 1", $"{result.Count}");
        Demand((long)result.Count * outputSize * sizeof(float) == result.Outputs.Length, "result.outputs",
            $"{(long)result.Count * outputSize * sizeof(float)} bytes for {result.Count} outputs of {outputSize} values", $"{result.Outputs.Length}");
        Demand(result.FirstIndex >= (ulong)_next && result.FirstIndex % (ulong)outputEvery == 0, "result.first_index",
            $"a multiple of {outputEvery} from {_next}", $"{result.FirstIndex}");
        ulong last = result.FirstIndex + ((ulong)result.Count - 1) * (ulong)outputEvery;
        Demand(last < (ulong)offered, "result", $"an answer to one of the {offered} frames that were sent", $"one to frame {last}");
        _next = (long)last + outputEvery;
        _outputs += result.Count;
    }

    /// <summary>Checks the end of a session whose frames were all answered, as the server says.</summary>
    /// <param name="sent">Frames that were sent.</param>
    /// <exception cref="EdgeRnnException">Frames are missing.</exception>
    public void Complete(SessionSummary end, long sent)
    {
        if (end.Reason != EndReason.EndOfInput)
            return;
        Demand(end.FramesAccepted == sent, "end.frames_accepted", $"{sent}, the frames that were sent", $"{end.FramesAccepted}");
        Demand(end.FramesComputed + end.FramesDropped == sent, "end", $"{sent} frames computed or dropped",
            $"{end.FramesComputed} and {end.FramesDropped}");
        long all = (sent + outputEvery - 1) / outputEvery;
        bool isAnswered = end.FramesDropped == 0 ? _outputs == all
            : outputEvery == 1 ? _outputs == end.FramesComputed
            : _outputs <= all;
        Demand(isAnswered, "end", $"results for {end.FramesComputed} computed frames, one of {outputEvery} each", $"{_outputs} results");
    }

    /// <summary>Checks a number that a server sent.</summary>
    /// <exception cref="EdgeRnnException">It is out of range.</exception>
    public static long Within(ulong value, long min, long max, string field)
    {
        Demand(value >= (ulong)min && value <= (ulong)max, field, $"{min} to {max}", $"{value}");
        return (long)value;
    }

    /// <inheritdoc cref="Within(ulong, long, long, string)"/>
    public static int Within(uint value, int min, int max, string field) => (int)Within((ulong)value, min, max, field);

    private static void Demand(bool isTrue, string field, string expected, string found)
    {
        if (!isTrue)
            throw EdgeRnnException.Malformed($"the server's answer: {field}: expected {expected}, found {found}");
    }
}
