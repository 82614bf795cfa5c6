using System.Runtime.InteropServices;
using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Models.Running;
using Grpc.Core;

namespace EdgeRnn.Benchmarks.Serving.Hosting;

/// <summary>
/// The model behind gRPC, and nothing else: computes each message's frames on the reader's thread and answers before it reads on. What a
/// service without sessions, blocks, limits and metrics reaches on the same machine with the same kernels.
/// </summary>
internal sealed class PlainService(ModelInfo info, RecurrentModel model) : InferenceService.InferenceServiceBase
{
    public override Task<GetModelResponse> GetModel(GetModelRequest request, ServerCallContext context) =>
        Task.FromResult(new GetModelResponse { Model = info });

    public override async Task StreamInfer(
        IAsyncStreamReader<StreamInferRequest> requests, IServerStreamWriter<StreamInferResponse> responses, ServerCallContext context)
    {
        await requests.MoveNext(context.CancellationToken);
        int maxFrames = (int)requests.Current.Open.BlockSteps;
        await responses.WriteAsync(new StreamInferResponse { Opened = new SessionOpened { Model = info, BlockSteps = (uint)maxFrames } });
        using RecurrentState state = model.CreateState();
        using Workspace workspace = model.CreateWorkspace(maxFrames);
        float[] frames = new float[maxFrames * model.InputSize], outputs = new float[maxFrames * model.OutputSize];
        ulong answered = 0;
        while (await requests.MoveNext(context.CancellationToken))
        {
            ReadOnlyMemory<byte> data = requests.Current.Frames.Data.Memory;
            int count = data.Length / (model.InputSize * sizeof(float));
            data.Span.CopyTo(MemoryMarshal.AsBytes(frames.AsSpan()));
            Memory<float> results = outputs.AsMemory(0, count * model.OutputSize);
            model.Run([new FrameSegment(state, frames.AsMemory(0, count * model.InputSize), results)], workspace);
            byte[] computed = MemoryMarshal.AsBytes(results.Span).ToArray();
            await responses.WriteAsync(EchoService.Result(answered, (uint)count, computed));
            answered += (uint)count;
        }

        await responses.WriteAsync(EchoService.End(answered));
    }
}
