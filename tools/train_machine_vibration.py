#!/usr/bin/python3
"""Trains the embedded model, which recognizes the fault of a simulated machine.

    edgernn simulate --seconds 20 --recordings 320 --seed 1000   --output train.safetensors
    edgernn simulate --seconds 20 --recordings 100 --seed 500000 --output fresh.safetensors
    python3 tools/train_machine_vibration.py train.safetensors fresh.safetensors OUTPUT_DIRECTORY

Needs Debian's python3-torch and python3-numpy and takes a few minutes on two cores. A simulator file contains `x` [R*T, inputs], the frames
of R recordings one after another, `state` [R*T], the true class of each frame, and `seed` [R], the seeds. Writes weights.safetensors (the
SRU's state dict, with the names of asappresearch/sru 2.6.0) and head.safetensors (`head.weight`, `head.bias`, `input_mean`, `input_std`).

Torch's generator is seeded below. Results repeat with the same torch build and thread count, but not exactly on another CPU.
"""
import argparse
import json
import math
import os
import time

import numpy as np
import torch
from torch import nn

LABELS = ["normal", "imbalance", "misalignment", "bearing_inner", "bearing_outer"]
FRAME_RATE = 50
HIDDEN = 64
HIGHWAY_BIAS = -1.0
CHUNK = 250          # frames per step of truncated back-propagation: the state is carried over, its gradient is not
BATCH = 64           # recordings per step
DTYPES = {"F32": np.float32, "F64": np.float64, "U8": np.uint8, "U64": np.uint64}


def read_safetensors(path):
    """Returns every tensor of a file: 8 bytes of header length, a JSON header with types, shapes and offsets, and the values."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        values = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            tensors[name] = np.frombuffer(values[begin:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def write_safetensors(path, tensors):
    """Writes float32 tensors. Spaces pad the header to a multiple of 8 bytes, so that the values are aligned."""
    header, offset = {}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + tensor.size * 4]}
        offset += tensor.size * 4
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for tensor in tensors.values():
            file.write(np.ascontiguousarray(tensor, "<f4").tobytes())


@torch.jit.script
def recurrence(u0, u1, u2, skip, forget_c, reset_c, c):
    """The sequential part of an SRU layer over [steps, batch, units]. Both gates see the state before the step."""
    outputs = []
    for z, f, r, x in zip(u0.unbind(0), u1.unbind(0), u2.unbind(0), skip.unbind(0)):
        forget = torch.sigmoid(f + forget_c * c)
        reset = torch.sigmoid(r + reset_c * c)
        c = z + (c - z) * forget
        outputs.append(x + (torch.tanh(c) - x) * reset)
    return torch.stack(outputs), c


class SruCell(nn.Module):
    """A layer of SRU 2.6.0 with has_skip_term, rescale and use_tanh. If the widths differ, a fourth matrix makes the skip term."""

    def __init__(self, inputs, units):
        super().__init__()
        self.units, self.matrices = units, 3 if inputs == units else 4
        scale = math.sqrt(1 + 2 * math.exp(HIGHWAY_BIAS))
        weight = torch.empty(inputs, units, self.matrices).uniform_(-1, 1) * math.sqrt(3 / inputs)
        if self.matrices == 4:
            weight[:, :, 3] *= scale
        bias = torch.zeros(2 * units)
        bias[units:] = HIGHWAY_BIAS
        self.weight = nn.Parameter(weight.reshape(inputs, units * self.matrices))    # columns: units, and within a unit the matrices
        self.weight_c = nn.Parameter(torch.empty(2 * units).uniform_(-1, 1) * math.sqrt(3 / 2))
        self.bias = nn.Parameter(bias)                                               # all forget values, then all reset values
        self.register_buffer("scale_x", torch.tensor([scale]))

    def forward(self, x, c):
        u = (x @ self.weight).view(x.size(0), x.size(1), self.units, self.matrices)
        forget_bias, reset_bias = self.bias.chunk(2)
        forget_c, reset_c = self.weight_c.chunk(2)
        skip = u[..., 3] if self.matrices == 4 else x * self.scale_x
        return recurrence(u[..., 0], u[..., 1] + forget_bias, u[..., 2] + reset_bias, skip, forget_c, reset_c, c)


class Sru(nn.Module):
    """Two layers, whose state dict is the package's weights.safetensors."""

    def __init__(self, inputs):
        super().__init__()
        self.rnn_lst = nn.ModuleList([SruCell(inputs, HIDDEN), SruCell(HIDDEN, HIDDEN)])

    def forward(self, x, state):
        after = []
        for layer, c in zip(self.rnn_lst, state):
            x, c = layer(x, c)
            after.append(c)
        return x, after


def load(path):
    """Returns frames [T, R, inputs], classes [T, R] and the seeds of a simulator file."""
    tensors = read_safetensors(path)
    count = len(tensors["seed"])
    x = torch.from_numpy(tensors["x"].astype(np.float32)).view(count, -1, tensors["x"].shape[1])
    state = torch.from_numpy(tensors["state"].astype(np.int64)).view(count, -1)
    return x.transpose(0, 1).contiguous(), state.t().contiguous(), tensors["seed"].astype(np.int64)


def initial_state(batch):
    return [torch.zeros(batch, HIDDEN), torch.zeros(batch, HIDDEN)]


def train(model, head, x, classes, epochs):
    parameters = list(model.parameters()) + list(head.parameters())
    optimizer = torch.optim.Adam(parameters, lr=4e-3)
    steps_per_epoch = (x.size(1) // BATCH) * (x.size(0) // CHUNK)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 6e-3, epochs * steps_per_epoch, pct_start=0.2)
    for epoch in range(epochs):
        losses, started = [], time.time()
        for recordings in torch.randperm(x.size(1)).split(BATCH):
            if len(recordings) < BATCH:
                continue
            state = initial_state(BATCH)
            for begin in range(0, x.size(0) - CHUNK + 1, CHUNK):
                outputs, state = model(x[begin:begin + CHUNK, recordings], [c.detach() for c in state])
                logits = head(nn.functional.dropout(outputs, 0.1))
                loss = nn.functional.cross_entropy(logits.flatten(0, 1), classes[begin:begin + CHUNK, recordings].flatten())
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(parameters, 1.0)
                optimizer.step()
                schedule.step()
                losses.append(loss.item())
        print(f"epoch {epoch + 1}/{epochs}: loss {np.mean(losses):.4f}, {time.time() - started:.1f} s", flush=True)


def report(model, head, x, classes):
    """Prints the share of frames recognized: after the first second of a recording, and also without the second after each change."""
    with torch.no_grad():
        right = head(model(x, initial_state(x.size(1)))[0]).argmax(-1) == classes
    since_change = torch.zeros_like(classes)
    for t in range(1, len(classes)):
        since_change[t] = torch.where(classes[t] == classes[t - 1], since_change[t - 1] + 1, 0)
    late = torch.zeros_like(right)
    late[FRAME_RATE:] = True
    settled = since_change >= FRAME_RATE
    print(f"after the first second of a recording: {right[late].float().mean():.2%} of {int(late.sum())} frames")
    print(f"outside the second after a change:     {right[settled].float().mean():.2%} of {int(settled.sum())} frames")
    for index, label in enumerate(LABELS):
        print(f"  {label:14}{right[settled & (classes == index)].float().mean():.2%}")
    for frames in (10, 15, 25, 40):
        print(f"  {frames / FRAME_RATE:.1f} s after a change {right[late & (since_change == frames)].float().mean():.2%}")


def main():
    parser = argparse.ArgumentParser(description="Trains the embedded model; see the head of this file.")
    parser.add_argument("training")
    parser.add_argument("fresh", help="recordings of other seeds, for the evaluation")
    parser.add_argument("output")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1803)

    x, classes, seeds = load(arguments.training)
    fresh_x, fresh_classes, fresh_seeds = load(arguments.fresh)
    if set(seeds) & set(fresh_seeds):
        parser.error("expected fresh recordings of other seeds than the training recordings, found seeds in both")
    mean, deviation = x.mean((0, 1)), x.std((0, 1))
    model, head = Sru(x.size(2)), nn.Linear(HIDDEN, len(LABELS))
    train(model, head, (x - mean) / deviation, classes, arguments.epochs)
    print(f"trained on seeds {seeds.min()} to {seeds.max()}; measured on seeds {fresh_seeds.min()} to {fresh_seeds.max()}:")
    report(model, head, (fresh_x - mean) / deviation, fresh_classes)

    os.makedirs(arguments.output, exist_ok=True)
    write_safetensors(os.path.join(arguments.output, "weights.safetensors"), {k: v.numpy() for k, v in model.state_dict().items()})
    heads = {"head.weight": head.weight, "head.bias": head.bias, "input_mean": mean, "input_std": deviation}
    write_safetensors(os.path.join(arguments.output, "head.safetensors"), {k: v.detach().numpy() for k, v in heads.items()})


if __name__ == "__main__":
    main()
