using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>What a violated rule is about. The server maps it to the contract's name.</summary>
internal enum RequestField
{
    /// <summary>The model's name.</summary>
    Model,

    /// <summary>Frames per block.</summary>
    BlockSteps,

    /// <summary>The longest wait of a frame for its block, in milliseconds.</summary>
    MaxBlockDelay,

    /// <summary>Which frames have an output.</summary>
    OutputEvery,

    /// <summary>The longest time of a frame in the server, in milliseconds.</summary>
    LatencyBudget,

    /// <summary>The aim within a latency budget.</summary>
    Objective,

    /// <summary>Frames per second.</summary>
    FrameRateHz,

    /// <summary>What the client calls itself.</summary>
    ClientName,

    /// <summary>The values of frames.</summary>
    Frames,

    /// <summary>The index that a client gives a frame.</summary>
    FirstIndex,

    /// <summary>The number of open sessions.</summary>
    Sessions,

    /// <summary>The workers' time.</summary>
    Capacity,

    /// <summary>The process's memory.</summary>
    Memory,
}

/// <summary>A rule that was broken: where, what was expected and what was found.</summary>
/// <param name="Beside">The other field that an expectation is about, as in "none beside latency budget"; null if there is none.</param>
internal sealed record Violation(RequestField Field, string Expected, string Found, RequestField? Beside = null)
{
    private const int MaxNames = 16;

    /// <summary>A name that no model has.</summary>
    public static Violation UnknownModel(ModelRepository models, string found)
    {
        IReadOnlyCollection<RecurrentModel> known = models.Models;
        string names = string.Join(", ", known.Take(MaxNames).Select(model => model.Name));
        string more = known.Count > MaxNames ? $", … ({known.Count} models)" : "";
        return new Violation(RequestField.Model, $"one of {names}{more}", $"'{ForeignText.Show(found)}'{Hint(models, found)}");
    }

    private static string Hint(ModelRepository models, string found) => models.Failures.Contains(found)
        ? ", whose package could not be loaded: the server's log tells why"
        : NearestName.Hint(found, models.Models.Select(model => model.Name));

    public override string ToString() => Describe(NameOf);

    /// <summary>One sentence, with the names that <paramref name="nameOf"/> gives the fields.</summary>
    public string Describe(Func<RequestField, string> nameOf) =>
        $"{nameOf(Field)}: expected {Expected}{(Beside is { } beside ? $" {nameOf(beside)}" : "")}, found {Found}";

    private static string NameOf(RequestField field) => field.ToString();
}
