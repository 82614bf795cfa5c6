"""Runs the benchmark's SRU layer in PyTorch. One request per line of standard input, one answer per line of output:

sample FORM STEPS SEGMENTS   -> seconds of processor time per pass, from a sample of about a millisecond
outputs FORM STEPS SEGMENTS  -> writes the outputs of one pass from the given states to outputs.f32, then "done"

Arguments: folder with the layer's tensors, hidden size, frames per stream, number of streams, weight copies to rotate.
"""
import sys
import time

import torch

SAMPLE_SECONDS = 1e-3


class Layer:
    def __init__(self, folder, hidden, frames, streams, copies):
        def load(name, *shape):
            with open(f"{folder}/{name}.f32", "rb") as file:
                return torch.frombuffer(bytearray(file.read()), dtype=torch.float32).reshape(shape)

        self.folder, self.hidden = folder, hidden
        self.weight_c = load("weight_c", 2, hidden)
        self.biases = load("biases", 2, hidden)
        self.frames = load("frames", streams, frames, hidden)
        self.states = load("states", streams, hidden)
        by_gate = load("weights", 3 * hidden, hidden)
        by_input = by_gate.t().contiguous()
        # Both forms of the product: nn.Linear's layout, and upstream SRU's.
        self.products = {
            "linear": (torch.nn.functional.linear, [by_gate.clone() for _ in range(copies)]),
            "matmul": (torch.matmul, [by_input.clone() for _ in range(copies)]),
        }
        self.last = 0
        self.is_hot = copies == 1
        self.repetitions = {}
        self.blocks = {}

    def block(self, steps, segments):
        key = steps, segments
        if key not in self.blocks:
            self.blocks[key] = self.frames[:segments, :steps].contiguous(), self.states[:segments].clone()
        return self.blocks[key]

    def run(self, form, x, c):
        """x: [segment][step][unit], c: [segment][unit]."""
        product, weights = self.products[form]
        self.last = (self.last + 1) % len(weights)
        segments, steps, hidden = x.shape
        sums = product(x.view(segments * steps, hidden), weights[self.last]).view(segments, steps, 3, hidden)
        gates = sums[:, :, 1:] + self.biases
        outputs = []
        for step in range(steps):
            f, r = torch.addcmul(gates[:, step], self.weight_c, c.unsqueeze(1)).sigmoid_().unbind(1)
            c = torch.lerp(sums[:, step, 0], c, f)
            outputs.append(torch.lerp(x[:, step], torch.tanh(c), r))
        return torch.stack(outputs, 1), c

    def sample(self, form, steps, segments):
        x, c = self.block(steps, segments)

        def seconds(repetitions):
            state = c
            start = time.process_time()
            for _ in range(repetitions):
                _, state = self.run(form, x, state)
            return time.process_time() - start

        key = form, steps, segments
        repetitions = self.repetitions.get(key, 1)
        if self.is_hot:
            seconds(1)
        per_pass = seconds(repetitions) / repetitions
        self.repetitions[key] = max(1, int(SAMPLE_SECONDS / per_pass))
        return per_pass

    def write_outputs(self, form, steps, segments):
        outputs, _ = self.run(form, *self.block(steps, segments))
        with open(f"{self.folder}/outputs.f32", "wb") as file:
            file.write(outputs.numpy().tobytes())
        return "done"


def main():
    torch.set_num_threads(1)
    with torch.inference_mode():
        layer = Layer(sys.argv[1], *map(int, sys.argv[2:6]))
        print(torch.__version__, flush=True)
        for line in sys.stdin:
            command, form, steps, segments = line.split()
            answer = layer.sample if command == "sample" else layer.write_outputs
            print(answer(form, int(steps), int(segments)), flush=True)


main()
