using EdgeRnn.Kernels.Cells;

namespace EdgeRnn.Kernels.Reference;

/// <summary>What the kernels should compute, with plain loops in double precision; shares no code with them.</summary>
internal static class ReferenceKernels
{
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double[] Linear(float[] weights, float[] bias, int inputs, int units, OutputActivation activation, float[] frames)
    {
        int count = frames.Length / inputs;
        double[] outputs = new double[count * units];
        for (int frame = 0; frame < count; frame++)
        {
            for (int unit = 0; unit < units; unit++)
            {
                double sum = bias.Length == 0 ? 0 : bias[unit];
                for (int i = 0; i < inputs; i++)
                    sum += (double)weights[unit * inputs + i] * frames[frame * inputs + i];
                outputs[frame * units + unit] = activation == OutputActivation.Sigmoid ? Sigmoid(sum) : sum;
            }
        }

        return outputs;
    }

    public static double[] LayerNorm(float[] gain, float[] bias, double epsilon, bool unbiased, float[] frames)
    {
        int units = gain.Length;
        double[] outputs = new double[frames.Length];
        for (int at = 0; at < frames.Length; at += units)
        {
            double mean = 0, squares = 0;
            for (int i = 0; i < units; i++)
                mean += frames[at + i] / (double)units;
            for (int i = 0; i < units; i++)
                squares += (frames[at + i] - mean) * (frames[at + i] - mean);
            double deviation = Math.Sqrt(squares / (unbiased ? units - 1 : units) + epsilon);
            for (int i = 0; i < units; i++)
                outputs[at + i] = unbiased && units == 1 ? frames[at + i] : gain[i] * (frames[at + i] - mean) / deviation + bias[i];
        }

        return outputs;
    }

    public static double[] Softmax(float[] frames, int units)
    {
        double[] outputs = new double[frames.Length];
        for (int at = 0; at < frames.Length; at += units)
        {
            double max = double.NegativeInfinity, sum = 0;
            for (int i = 0; i < units; i++)
                max = Math.Max(max, frames[at + i]);
            for (int i = 0; i < units; i++)
                sum += Math.Exp(frames[at + i] - max);
            for (int i = 0; i < units; i++)
                outputs[at + i] = Math.Exp(frames[at + i] - max) / sum;
        }

        return outputs;
    }
}
