// Streams a simulated sensor to a running server and prints what the model makes of it.
// Usage: ConsoleClient [address] [model]; without a model, the only one that the server has.
using EdgeRnn.Client;

var address = new Uri(args.Length > 0 ? args[0] : "http://127.0.0.1:8001");
var options = new InferenceOptions
{
    Model = args.Length > 1 ? args[1] : "",
    // A result comes at least this often, with the frames that have arrived by then.
    MaxBlockDelay = TimeSpan.FromMilliseconds(200),
};

try
{
    using var client = new EdgeRnnClient(address);
    await using InferenceStream stream = await client.OpenAsync(options);
    Console.WriteLine($"model {stream.Model.Name}: {stream.Model.FrameSize} values per frame, {stream.Model.OutputSize} per output");

    // Both directions run at the same time, and the end of the session ends both.
    await Task.WhenAll(WriteAsync(stream), ReadAsync(stream));

    Console.WriteLine($"{stream.End!.FramesComputed} of {stream.End.FramesAccepted} frames computed");
    return 0;
}
catch (EdgeRnnException e)
{
    Console.Error.WriteLine($"{address}: {e.Message}");
    return 1;
}

// Sends 100 frames, ten at a time, as a sensor with 100 frames per second would.
static async Task WriteAsync(InferenceStream stream)
{
    int frameSize = stream.Model.FrameSize;
    float[] frames = new float[10 * frameSize];
    using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
    for (int sent = 0; sent < 100; sent += 10)
    {
        await timer.WaitForNextTickAsync();
        for (int i = 0; i < frames.Length; i++)
            frames[i] = MathF.Sin(0.3f * (sent + (i / frameSize)) + (i % frameSize));

        await stream.WriteAsync(frames);
    }

    await stream.CompleteAsync();
}

// Prints the last output of each result: its largest value, and the label of that value if the model has labels.
static async Task ReadAsync(InferenceStream stream)
{
    ModelDescription model = stream.Model;
    await foreach (InferenceResult result in stream.ReadResultsAsync())
    {
        long frame = result.FirstIndex + ((result.Count - 1) * stream.OutputEvery);
        float[] output = result.Outputs[^model.OutputSize..].ToArray();
        int largest = Array.IndexOf(output, output.Max());
        string label = largest < model.Labels.Count ? model.Labels[largest] : $"output {largest}";
        Console.WriteLine($"frame {frame}: {label} {output[largest]:0.000}");
    }
}
