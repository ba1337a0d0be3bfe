/**
 * The heap, buffers included, may grow to four times of what the last collection left before the next one. By itself V8 allows a process that idles between
 * its jobs some megabytes more, and collects all of it again for each job that handles a few (decision 31).
 */
export const roomyHeap = "--heap-growing-percent=300";
