using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace EdgeRnn.Server.Limits;

/// <summary>Connection middleware of the gRPC port: what arrives is read at the pace of <see cref="ClientPace"/>.</summary>
internal sealed class PacedConnection(TokenBucket opens, TimeProvider time)
{
    public ConnectionDelegate Apply(ConnectionDelegate next) => async connection =>
    {
        IDuplexPipe transport = connection.Transport;
        var pace = new ClientPace(opens, time);
        connection.Features.Set(pace);
        connection.Transport = new Transport(new PacedReader(transport.Input, pace, () => PeerState.HasGone(connection), time), transport.Output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    };

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Hands out what has come up to the first frame that must wait, and waits only if that is nothing.</summary>
    private sealed class PacedReader(PipeReader inner, ClientPace pace, Func<bool> hasGone, TimeProvider time) : PipeReader
    {
        private static readonly TimeSpan MinWait = TimeSpan.FromMilliseconds(20);
        private ReadOnlySequence<byte> _buffer;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            ValueTask<ReadResult> read = inner.ReadAsync(cancellationToken);
            if (!read.IsCompletedSuccessfully)
                return PaceAsync(read, cancellationToken);
            ReadResult result = read.Result;
            return Limit(result, out TimeSpan wait) is { } admitted ? new ValueTask<ReadResult>(admitted) : WaitAsync(result, wait, cancellationToken);
        }

        public override bool TryRead(out ReadResult result)
        {
            if (!inner.TryRead(out result))
                return false;
            if (Limit(result, out TimeSpan wait) is { } admitted)
            {
                result = admitted;
                return true;
            }

            inner.AdvanceTo(result.Buffer.Start, wait > TimeSpan.Zero ? result.Buffer.Start : result.Buffer.End);
            return false;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            pace.Consumed(_buffer.GetOffset(consumed) - _buffer.GetOffset(_buffer.Start));
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        private async ValueTask<ReadResult> PaceAsync(ValueTask<ReadResult> read, CancellationToken cancellationToken)
        {
            ReadResult result = await read;
            return Limit(result, out TimeSpan wait) ?? await WaitAsync(result, wait, cancellationToken);
        }

        private async ValueTask<ReadResult> WaitAsync(ReadResult result, TimeSpan wait, CancellationToken cancellationToken)
        {
            while (true)
            {
                if (wait > TimeSpan.Zero)
                {
                    // Many connections may wait for the same token: not all of them should wake for it.
                    await Task.Delay(wait > MinWait ? wait : MinWait, time, CancellationToken.None);
                    inner.AdvanceTo(result.Buffer.Start);
                }
                else
                {
                    inner.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                }

                result = await inner.ReadAsync(cancellationToken);
                // A client that has gone waits for nothing: what it asked for must not take from the others.
                if (wait > TimeSpan.Zero && (result.IsCompleted || hasGone()))
                    return new ReadResult(_buffer = result.Buffer.Slice(0, 0), result.IsCanceled, isCompleted: true);
                if (Limit(result, out wait) is { } admitted)
                    return admitted;
            }
        }

        /// <returns>Null if all of it must wait, for a time or for more bytes.</returns>
        private ReadResult? Limit(in ReadResult result, out TimeSpan wait)
        {
            _buffer = result.Buffer;
            long admitted = pace.Admit(_buffer, out wait);
            bool isLast = result.IsCanceled || (result.IsCompleted && wait == TimeSpan.Zero);
            return admitted >= _buffer.Length || isLast ? result
                : admitted > 0 ? new ReadResult(_buffer.Slice(0, admitted), isCanceled: false, isCompleted: false)
                : null;
        }
    }
}
