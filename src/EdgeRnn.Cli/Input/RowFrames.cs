namespace EdgeRnn.Cli.Input;

/// <summary>
/// Cuts an array of rows into frames: [T, I] or [T, 1, I] with I the frame size, or [T, n] with n a divisor of I, where I/n consecutive
/// rows make up a frame. With I = 1 also [T].
/// </summary>
internal static class RowFrames
{
    /// <param name="name">The array's name in messages.</param>
    /// <returns>How many values of the array make up whole frames.</returns>
    /// <exception cref="CliException">The shape is another one.</exception>
    public static int WholeLength(IReadOnlyList<long> shape, int length, int frameSize, string name, Terminal terminal)
    {
        long width = shape switch
        {
            [_] => 1,
            [_, 1, var columns] when columns == frameSize => columns,
            [_, var columns] => columns,
            _ => 0,
        };
        if (width <= 0 || frameSize % width != 0 || (shape.Count == 1 && frameSize != 1))
        {
            throw new CliException($"{name}: expected the shape [T, {frameSize}], [T, 1, {frameSize}] "
                + $"or [T, n] with n a divisor of {frameSize}, found [{string.Join(", ", shape)}]");
        }

        int tail = length % frameSize;
        if (tail > 0)
            terminal.Warn($"{name}: dropped the last {tail / width} of {shape[0]} rows, because a frame takes {frameSize / width}");
        return length - tail;
    }
}
