// The calls that Arm64Cases wrote: what an entry is given, and what it gave on x64.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { MAX_SIZES = 8, MAX_OPERANDS = 12, MAX_NAME = 64 };

enum kind { INPUT, SCRATCH, RESULT }; // must stay as it is, may hold anything, is compared

struct operand {
    enum kind kind;
    int32_t length;
    float *before;
    // Of a result: row i lies from offset + i * stride on; all values one after the other in expected and reference.
    int32_t offset, stride, width, values;
    double tolerance;
    uint32_t *expected; // bits
    double *reference;  // NaN: only the bits count
};

struct call {
    char name[MAX_NAME]; // without the width
    int32_t size_count, operand_count;
    int32_t sizes[MAX_SIZES];
    struct operand operands[MAX_OPERANDS];
};

// The next call of the file, or false at its end. Ends the program if the file is damaged.
bool read_call(FILE *file, struct call *call);
