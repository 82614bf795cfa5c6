// Memory between two guard pages, which cannot be accessed.
#pragma once
#include <stdbool.h>
#include <stddef.h>

// Zeroed bytes that end exactly at a guard page or, if not at_end, begin exactly after one.
void *guarded(size_t bytes, bool at_end);

// Frees all of them.
void release_guarded(void);
