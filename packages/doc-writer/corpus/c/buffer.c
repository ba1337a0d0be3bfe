// SPDX-License-Identifier: MIT
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct pair { int class; int new; };

static int clamp(int value, int low, int high);

int *find(int *items, size_t count, int (*match)(int), const char label[])
{
	for (size_t index = 0; index < count; index++)
		if (match(items[index]) && label != NULL)
			return &items[index];
	return NULL;
}

#pragma GCC optimize("O2")
unsigned long
hash(const char *text)
{
	unsigned long result = 5381;
	/* a "quoted /* thing" */
	while (*text) result = result * 33 + (unsigned char)*text++;
	return result;
}

static int clamp(int value, int low, int high)
{
	return value < low ? low : value > high ? high : value;
}

void reset(void) { (void)clamp(1, 2, 3); }

int sum(int count, ...) { return count; }
