using System.Runtime.InteropServices;
using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Models.Running;
using Grpc.Core;

namespace EdgeRnn.Benchmarks.Serving.Hosting;

/// <summary>
/// The model behind gRPC, and nothing else: computes each message's frames where it reads them and answers before it reads on. What a
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
        int most = (int)requests.Current.Open.BlockSteps;
        await responses.WriteAsync(new StreamInferResponse { Opened = new SessionOpened { Model = info, BlockSteps = (uint)most } });
        using RecurrentState state = model.CreateState();
        using Workspace workspace = model.CreateWorkspace(most);
        float[] frames = new float[most * model.InputSize], outputs = new float[most * model.OutputSize];
        ulong answered = 0;
        while (await requests.MoveNext(context.CancellationToken))
        {
            ReadOnlyMemory<byte> data = requests.Current.Frames.Data.Memory;
            int count = data.Length / (model.InputSize * sizeof(float));
            data.Span.CopyTo(MemoryMarshal.AsBytes(frames.AsSpan()));
            model.Run([new FrameSegment(state, frames.AsMemory(0, count * model.InputSize), outputs.AsMemory(0, count * model.OutputSize))], workspace);
            byte[] computed = MemoryMarshal.AsBytes(outputs.AsSpan(0, count * model.OutputSize)).ToArray();
            await responses.WriteAsync(EchoService.Result(answered, (uint)count, computed));
            answered += (uint)count;
        }

        await responses.WriteAsync(new StreamInferResponse { End = new SessionEnded { Reason = EndReason.EndOfInput, FramesAccepted = answered } });
    }
}
