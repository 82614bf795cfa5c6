namespace EdgeRnn.Runtime.Models;

/// <summary>
/// A model package or a tensor file cannot be used. The message names the file, the place in it, what was expected and what was found.
/// </summary>
public sealed class ModelException : Exception
{
    public ModelException(string message) : base(message) { }

    public ModelException(string message, Exception inner) : base(message, inner) { }
}
