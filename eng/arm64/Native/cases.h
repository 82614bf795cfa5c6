// The calls that Arm64Cases wrote: the operands of an entry, and its results on x64.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { MAX_SIZES = 8, MAX_OPERANDS = 12, MAX_NAME = 64 };

enum kind { INPUT, SCRATCH, RESULT }; // must not change; unspecified afterwards; is compared

struct operand {
    enum kind kind;
    int32_t length;
    float *before;
    // Of a result: row i begins at offset + i * stride; expected and reference have no gaps between rows.
    int32_t offset, stride, width, values;
    double tolerance;
    uint32_t *expected; // bits
    double *reference;  // NaN if only the bits are compared
};

struct call {
    char name[MAX_NAME]; // without the width
    int32_t size_count, operand_count;
    int32_t sizes[MAX_SIZES];
    struct operand operands[MAX_OPERANDS];
};

// Reads the next call; false at the end of the file. Exits if the file is damaged.
bool read_call(FILE *file, struct call *call);
