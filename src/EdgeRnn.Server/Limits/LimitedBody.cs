using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeRnn.Server.Limits;

/// <summary>
/// A request body that holds little until its call is a session: a first message that is announced large and never completed would
/// otherwise hold its buffer without any session.
/// </summary>
internal sealed class LimitedBody(PipeReader inner, CallPlace place) : PipeReader, IRequestBodyPipeFeature
{
    private ReadOnlySequence<byte> _given;
    private bool _wantsMore;

    public PipeReader Reader => this;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        place.IsTaken ? ReadLimitedAsync(cancellationToken) : inner.ReadAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        bool hasRead = inner.TryRead(out result);
        if (hasRead)
            result = Limit(result);
        return hasRead;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _wantsMore = place.IsTaken && consumed.Equals(_given.Start) && examined.Equals(_given.End) && _given.Length == CallBudget.MaxRequestBytes;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private async ValueTask<ReadResult> ReadLimitedAsync(CancellationToken cancellationToken) => Limit(await inner.ReadAsync(cancellationToken));

    private ReadResult Limit(ReadResult result)
    {
        if (_wantsMore)
            throw new InvalidDataException($"expected a first message of at most {CallBudget.MaxRequestBytes} bytes, found more");
        if (place.IsTaken && result.Buffer.Length > CallBudget.MaxRequestBytes)
            result = new ReadResult(result.Buffer.Slice(0, CallBudget.MaxRequestBytes), result.IsCanceled, isCompleted: false);
        _given = result.Buffer;
        return result;
    }
}
