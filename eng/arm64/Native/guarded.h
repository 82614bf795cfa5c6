// Memory between two pages that nobody may touch.
#pragma once
#include <stdbool.h>
#include <stddef.h>

// So many zero bytes that end, or else start, exactly at such a page.
void *guarded(size_t bytes, bool at_end);

// Returns all of it to the system.
void release_guarded(void);
