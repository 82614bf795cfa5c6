#define _GNU_SOURCE
#include "guarded.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_MAPPINGS = 64 };

static struct {
    char *address;
    size_t bytes;
} mappings[MAX_MAPPINGS];
static int count;

void *guarded(size_t bytes, bool at_end) {
    size_t page = sysconf(_SC_PAGESIZE), inner = (bytes + page - 1) / page * page;
    char *mapping = mmap(NULL, inner + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (count == MAX_MAPPINGS || mapping == MAP_FAILED ||
        (inner > 0 && mprotect(mapping + page, inner, PROT_READ | PROT_WRITE))) {
        perror("guarded memory");
        exit(2);
    }
    mappings[count].address = mapping;
    mappings[count++].bytes = inner + 2 * page;
    return mapping + page + (at_end ? inner - bytes : 0);
}

void release_guarded(void) {
    while (count > 0) {
        count--;
        munmap(mappings[count].address, mappings[count].bytes);
    }
}
