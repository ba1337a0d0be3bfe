#pragma once
#include <stddef.h>

struct buffer {
	char *data;
	size_t length;
};

typedef int (*compare_fn)(const void *left, const void *right);

typedef enum { BUFFER_OK, BUFFER_FULL } buffer_status;

#define BUFFER_MIN(a, b) \
	((a) < (b) ? (a) : (b))

/* Frees a buffer. It stays. */
void buffer_free(struct buffer *buffer);

int buffer_append(struct buffer *buffer, const char *text, size_t length);
