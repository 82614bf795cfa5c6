#include "cases.h"
#include <stdlib.h>

static void damaged(void) {
    fprintf(stderr, "The case file is damaged.\n");
    exit(2);
}

static void read_into(FILE *file, void *to, size_t bytes) {
    if (fread(to, 1, bytes, file) != bytes) damaged();
}

static int32_t read_int(FILE *file, int32_t limit) {
    int32_t value;
    read_into(file, &value, sizeof value);
    if (value < 0 || value > limit) damaged();
    return value;
}

// Never freed: the whole file has a few megabytes.
static void *read_array(FILE *file, size_t element, int32_t *count) {
    *count = read_int(file, 1 << 24);
    void *values = malloc(*count * element + 1);
    if (!values) damaged();
    read_into(file, values, *count * element);
    return values;
}

bool read_call(FILE *file, struct call *call) {
    int next = getc(file);
    if (next == EOF) return false;
    ungetc(next, file);
    *call = (struct call){0};
    read_into(file, call->name, read_int(file, MAX_NAME - 1));
    call->size_count = read_int(file, MAX_SIZES);
    read_into(file, call->sizes, call->size_count * sizeof *call->sizes);
    call->operand_count = read_int(file, MAX_OPERANDS);
    for (struct operand *operand = call->operands; operand < call->operands + call->operand_count; operand++) {
        operand->kind = read_int(file, RESULT);
        operand->before = read_array(file, sizeof(float), &operand->length);
        if (operand->kind != RESULT) continue;
        operand->offset = read_int(file, INT32_MAX);
        operand->stride = read_int(file, INT32_MAX);
        operand->width = read_int(file, INT32_MAX);
        read_into(file, &operand->tolerance, sizeof operand->tolerance);
        operand->expected = read_array(file, sizeof(uint32_t), &operand->values);
        int32_t references;
        operand->reference = read_array(file, sizeof(double), &references);
        if (references != operand->values || operand->width == 0) damaged();
    }
    return true;
}
