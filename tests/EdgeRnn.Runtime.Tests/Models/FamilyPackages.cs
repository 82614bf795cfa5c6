using System.Text.Json.Nodes;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Tests.Models;

/// <summary>Small packages of every family, without a head: 7 inputs, two layers of 13 units.</summary>
internal static class FamilyPackages
{
    public static IEnumerable<string> Families => ["sru", "qrnn", "mingru", "minlstm", "gilr", "lstm", "gru"];

    public static RecurrentModel Load(string family, KernelSet? kernels = null)
    {
        using var folder = new TemporaryFolder();
        return ModelLoader.Load(Make(family).WriteTo(folder["model"]), kernels ?? KernelSets.Any);
    }

    public static TestPackage Make(string family)
    {
        TestPackage package = new TestPackage().Without("head").Without("output").Without("input.normalization");
        if (family == "sru")
            return package;
        package.Weights.Clear();
        var layers = new JsonObject
        {
            ["family"] = family,
            ["file"] = "weights.safetensors",
            ["count"] = 2,
            ["hidden_size"] = TestPackage.Units,
        };
        package.Set("layers", layers);
        void Linear(string name, int gates, int window = 1)
        {
            for (int layer = 0; layer < 2; layer++)
            {
                int inputs = window * (layer == 0 ? TestPackage.Inputs : TestPackage.Units);
                package.Weights[$"layers.{layer}.{name}.weight"] = package.Random(gates * TestPackage.Units, inputs);
                package.Weights[$"layers.{layer}.{name}.bias"] = package.Random(gates * TestPackage.Units);
            }
        }

        void Torch(int gates)
        {
            for (int layer = 0; layer < 2; layer++)
            {
                int inputs = layer == 0 ? TestPackage.Inputs : TestPackage.Units;
                package.Weights[$"weight_ih_l{layer}"] = package.Random(gates * TestPackage.Units, inputs);
                package.Weights[$"weight_hh_l{layer}"] = package.Random(gates * TestPackage.Units, TestPackage.Units);
                package.Weights[$"bias_ih_l{layer}"] = package.Random(gates * TestPackage.Units);
                package.Weights[$"bias_hh_l{layer}"] = package.Random(gates * TestPackage.Units);
            }
        }

        switch (family)
        {
            case "qrnn":
                Linear("linear", gates: 3, window: 2);
                layers["window"] = 2;
                layers["zoneout"] = 0.1;
                return package;
            case "lstm":
                Torch(gates: 4);
                break;
            case "gru":
                Torch(gates: 3);
                break;
            case "mingru":
                Linear("to_hidden_and_gate", gates: 2);
                layers["activation"] = "log_space";
                break;
            case "minlstm":
                Linear("to_hidden_and_f_i_gate", gates: 3);
                layers["activation"] = "identity";
                break;
            default:
                Linear("linear", gates: 2);
                layers["activation"] = "elu";
                break;
        }

        layers["bias"] = true;
        return package;
    }
}
