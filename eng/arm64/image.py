#!/usr/bin/env python3
"""image.py IMAGE.dll IMAGE.map.csv OUT_DIR

Converts the ARM64 image of crossgen2 to kernels.S (with kernels.bin) for the cross assembler, and lists the entries of EntryTable in
entries.inc. Only the import cells of the image change. Each is filled with the address of the method if that is in the image, of the
harness's substitute for a function of the runtime, or otherwise of a trap that names the import.
"""
import re
import struct
import sys
from pathlib import Path

PAGE = 4096
ENTRY = re.compile(r'_EntryTable__(\w+)$')
CELL = re.compile(r'\w*Imports?(\(.*?\))? ?-> ?SignaturePointer_(?P<what>.*)')
# The functions of the runtime that the kernels call; harness.c and calls.S define the substitutes.
RUNTIME = (
    (r'ReadyToRunHelper_(Checked)?WriteBarrier$', 'runtime_write_barrier'),
    (r'NewObjectSignature: ', 'runtime_new_object'),
    (r'MethodFixupSignature\(MethodEntry: S_P_CoreLib_System_SpanHelpers__Memmove;', 'memmove'),
    # Ensures that the static constructor of the C# compiler's helpers has run; there is none.
    (r'TypeFixupSignature\(StaticBaseNonGC\): \w+__PrivateImplementationDetails_$', 'runtime_nothing'),
)


def flatten(pe: bytes) -> bytes:
    """The image as the loader would map it."""
    header = struct.unpack_from('<I', pe, 0x3c)[0]
    sections, optional = struct.unpack_from('<H', pe, header + 6)[0], struct.unpack_from('<H', pe, header + 20)[0]
    flat = bytearray()
    for number in range(sections):
        size, address, raw_size, raw = struct.unpack_from('<IIII', pe, header + 24 + optional + 40 * number + 8)
        flat.extend(bytes(max(0, address + size - len(flat))))
        used = min(size, raw_size)
        flat[address:address + used] = pe[raw:raw + used]
    return bytes(flat) + bytes(-len(flat) % PAGE)


def read_map(text: str):
    """Addresses of methods by name, and names of import cells by address."""
    methods, cells = {}, {}
    for line in text.splitlines()[1:]:
        address, _, _, _, rest = line.split(',', 4)  # names contain commas, unquoted
        if rest.endswith(',MethodWithGCInfo'):
            methods[rest.removesuffix(',MethodWithGCInfo')] = int(address, 16)
        elif cell := CELL.match(rest.lstrip(',')):
            cells[int(address, 16)] = cell['what']
    return methods, cells


def target(what: str, methods: dict) -> str | None:
    """The assembler expression that a cell points to; None for a trap."""
    method = re.search(r'\(MethodEntry: ([^;]+);', what)
    if method and method[1] in methods:
        return f'kernels + {methods[method[1]]:#x}'
    return next((function for pattern, function in RUNTIME if re.match(pattern, what)), None)


def assemble(flat_name: str, methods: dict, cells: dict) -> str:
    lines = ['.section .kernels, "awx", %progbits', f'.balign {PAGE}', 'kernels:']
    traps = ['.text']
    position = 0
    for address in sorted(cells):
        where = target(cells[address], methods)
        if where is None:
            where = f'trap_{address:x}'
            name = cells[address].replace('"', "'").replace('\\', '')
            traps += [f'{where}:', 'adr x0, 1f', 'b runtime_missing', f'1: .asciz "{name}"', '.balign 4']
        if address > position:
            lines.append(f'.incbin "{flat_name}", {position}, {address - position}')
        lines.append(f'.xword {where}')
        position = address + 8
    lines.append(f'.incbin "{flat_name}", {position}')
    for symbol, address in methods.items():
        if entry := ENTRY.search(symbol):
            lines += [f'.globl {entry[1]}', f'.set {entry[1]}, kernels + {address:#x}']
    wrap = next(address for symbol, address in methods.items() if symbol.endswith('_Entries__Wrap'))
    lines += ['.globl Wrap', f'.set Wrap, kernels + {wrap:#x}']
    return '\n'.join(lines + traps) + '\n'


def main() -> None:
    image, table, out = map(Path, sys.argv[1:])
    methods, cells = read_map(table.read_text())
    flat = out / 'kernels.bin'
    flat.write_bytes(flatten(image.read_bytes()))
    (out / 'kernels.S').write_text(assemble(str(flat), methods, cells))
    entries = sorted(entry[1] for symbol in methods if (entry := ENTRY.search(symbol)))
    (out / 'entries.inc').write_text(''.join(f'ENTRY({name})\n' for name in entries))


if __name__ == '__main__':
    main()
