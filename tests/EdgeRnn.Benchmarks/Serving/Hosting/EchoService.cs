using EdgeRnn.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeRnn.Benchmarks.Serving.Hosting;

/// <summary>
/// The contract without inference: reads the same messages, and answers every <c>block_steps</c> frames with a result of the same size,
/// on the reader's own thread. It shows the cost of gRPC itself.
/// </summary>
internal sealed class EchoService(ModelInfo model) : InferenceService.InferenceServiceBase
{
    // In every time of a result, so that it is as long as one of EdgeRnn.
    private const uint Nanoseconds = 1_000_000;

    public override Task<GetModelResponse> GetModel(GetModelRequest request, ServerCallContext context) =>
        Task.FromResult(new GetModelResponse { Model = model });

    public override async Task StreamInfer(
        IAsyncStreamReader<StreamInferRequest> requests, IServerStreamWriter<StreamInferResponse> responses, ServerCallContext context)
    {
        await requests.MoveNext(context.CancellationToken);
        uint steps = requests.Current.Open.HasBlockSteps ? requests.Current.Open.BlockSteps : 1;
        await responses.WriteAsync(new StreamInferResponse { Opened = new SessionOpened { Model = model, BlockSteps = steps } });
        ulong frames = 0, answered = 0;
        while (await requests.MoveNext(context.CancellationToken))
        {
            frames += (uint)requests.Current.Frames.Data.Length / (model.FrameSize * sizeof(float));
            for (; frames - answered >= steps; answered += steps)
                await responses.WriteAsync(Result(answered, steps, Zeros(steps)));
        }

        if (frames > answered)
            await responses.WriteAsync(Result(answered, (uint)(frames - answered), Zeros((uint)(frames - answered))));
        await responses.WriteAsync(End(frames));
    }

    /// <summary>A result with all fields that EdgeRnn sets.</summary>
    public static StreamInferResponse Result(ulong first, uint count, byte[] outputs) => new()
    {
        Result = new Result
        {
            FirstIndex = first,
            Count = count,
            Outputs = UnsafeByteOperations.UnsafeWrap(outputs),
            Reason = BlockReason.Full,
            BlockSteps = count,
            BlockWaitNs = Nanoseconds,
            QueueNs = Nanoseconds,
            ComputeNs = Nanoseconds,
            PreviousWriteNs = Nanoseconds,
            PassSessions = 1,
        },
    };

    public static StreamInferResponse End(ulong frames) =>
        new() { End = new SessionEnded { Reason = EndReason.EndOfInput, FramesAccepted = frames } };

    private byte[] Zeros(uint frames) => new byte[frames * model.OutputSize * sizeof(float)];
}
