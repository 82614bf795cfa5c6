// Repeats every call of the case file at both widths of ARM64, with every buffer once before and once behind a guard page, and compares
// the results with those of x64. Usage: harness CASES
#define _GNU_SOURCE
#include "cases.h"
#include "guarded.h"
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { OBJECT_BYTES = 256, MAX_OBJECTS = 64, MAX_COMPLAINTS = 20 };

#define ENTRY(name) extern void name(void *operands);
#include "entries.inc"
#undef ENTRY

static struct entry {
    const char *name; // "Cell_Width"
    void (*code)(void *operands);
    int calls;
} entries[] = {
#define ENTRY(name) {#name, name, 0},
#include "entries.inc"
#undef ENTRY
};
static const size_t entry_count = sizeof entries / sizeof *entries;

extern void *Wrap(float *memory, int length);
extern int checked_call(void (*entry)(void *), void *operands);

static int complaints, calls, values;
static double worst;
static bool at_end;
static sigjmp_buf escape;
static char crash[512];

static void complain(const char *entry, const char *what) {
    if (complaints++ < MAX_COMPLAINTS)
        printf("FAILED %s, call %d, buffers %s guard pages: %s\n", entry, calls, at_end ? "before" : "behind", what);
}

static void on_signal(int number) {
    snprintf(crash, sizeof crash, "%s", strsignal(number));
    siglongjmp(escape, 1);
}

// A trap of image.py: the kernels called a function of the runtime that is not here, for example to throw an exception.
void runtime_missing(const char *import) {
    snprintf(crash, sizeof crash, "needs the runtime: %s", import);
    siglongjmp(escape, 1);
}

// A new, zeroed object of any class. Every entry call begins with all of them free.
static char objects[MAX_OBJECTS][OBJECT_BYTES] __attribute__((aligned(16)));
static int object_count;
void *runtime_new_object(void) {
    if (object_count == MAX_OBJECTS) runtime_missing("more objects");
    return memset(objects[object_count++], 0, OBJECT_BYTES);
}

void runtime_nothing(void) {}

// A .NET delegate with the layout that the compiled code expects.
static void *allocate(void *target, int length) {
    (void)target;
    return Wrap(guarded(length * sizeof(float), at_end), length);
}
static const struct {
    void *method_table, *target, *base;
    void *(*method)(void *target, int length);
} allocator = {.method = allocate};

static void compare(const char *entry, const struct operand *operand, const float *after) {
    char what[200];
    if (operand->kind == INPUT && memcmp(operand->before, after, operand->length * sizeof *after))
        complain(entry, "an input was overwritten");
    if (operand->kind != RESULT) return;
    for (int i = 0; i < operand->values; i++) {
        const float *found = after + operand->offset + i / operand->width * operand->stride + i % operand->width;
        uint32_t bits;
        memcpy(&bits, found, sizeof bits);
        double reference = operand->reference[i], error = fabs(*found - reference) / fmax(1, fabs(reference));
        if (bits != operand->expected[i]) {
            snprintf(what, sizeof what, "value %d is %08x, on x64 %08x", i, bits, operand->expected[i]);
            complain(entry, what);
            return;
        }
        if (!isnan(reference) && !(error <= operand->tolerance)) {
            snprintf(what, sizeof what, "value %d is %.9g, the reference %.9g", i, *found, reference);
            complain(entry, what);
            return;
        }
        if (!isnan(reference)) worst = fmax(worst, error);
        values++;
    }
}

static void run(struct entry *entry, const struct call *call) {
    intptr_t words[1 + MAX_SIZES + MAX_OPERANDS] = {(intptr_t)&allocator};
    float *buffers[MAX_OPERANDS];
    int word = 1;
    for (int i = 0; i < call->size_count; i++) words[word++] = call->sizes[i];
    for (int i = 0; i < call->operand_count; i++) {
        size_t bytes = call->operands[i].length * sizeof(float);
        buffers[i] = memcpy(guarded(bytes, at_end), call->operands[i].before, bytes);
        words[word++] = (intptr_t)buffers[i];
    }
    object_count = 0;
    entry->calls++;
    calls++;
    if (sigsetjmp(escape, 1)) {
        complain(entry->name, crash);
    } else {
        int lost = checked_call(entry->code, words);
        if (lost) complain(entry->name, "callee-saved registers were not preserved");
        for (int i = 0; i < call->operand_count; i++) compare(entry->name, &call->operands[i], buffers[i]);
    }
    release_guarded();
}

static void run_at_width(const struct call *call, const char *width) {
    char name[2 * MAX_NAME];
    snprintf(name, sizeof name, "%s_%s", call->name, width);
    for (struct entry *entry = entries; entry < entries + entry_count; entry++) {
        if (strcmp(entry->name, name)) continue;
        for (int place = 0; place < 2; place++) {
            at_end = place;
            run(entry, call);
        }
        return;
    }
    complain(name, "no such entry was compiled");
}

int main(int count, char **arguments) {
    FILE *file = count == 2 ? fopen(arguments[1], "rb") : NULL;
    if (!file) {
        fprintf(stderr, "usage: harness CASES\n");
        return 2;
    }
    const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &(struct sigaction){.sa_handler = on_signal, .sa_flags = SA_NODEFER}, NULL);

    struct call call;
    while (read_call(file, &call)) {
        run_at_width(&call, "Scalar");
        run_at_width(&call, "V128");
    }
    for (struct entry *entry = entries; entry < entries + entry_count; entry++) {
        if (entry->calls == 0) complain(entry->name, "no case calls it");
    }
    printf("%zu kernels, %d calls, %d values with the bits of x64, largest error %.1e, %d failures\n",
        entry_count, calls, values, worst, complaints);
    return complaints != 0;
}
