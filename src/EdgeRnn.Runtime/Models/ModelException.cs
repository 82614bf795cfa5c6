namespace EdgeRnn.Runtime.Models;

/// <summary>
/// A model package or a tensor file cannot be used. The message names the file, the place in it, what was expected and what was found;
/// control characters in it are escaped.
/// </summary>
public sealed class ModelException : Exception
{
    public ModelException(string message) : base(ForeignText.Escape(message)) { }

    public ModelException(string message, Exception inner) : base(ForeignText.Escape(message), inner) { }
}
