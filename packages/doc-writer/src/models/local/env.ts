// What a process needs to find the graphics card, its driver and its tools; no setting and no secret of ours.
const passedOn =
  /^(?:PATH|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|TMPDIR|TEMP|TMP|HOME|SYSTEMROOT|WINDIR|CUDA_.*|NVIDIA_.*|GGML_.*)$/i;

/** The environment of the local model's process. */
export function deviceEnvironment(
  source: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(source).filter(([name]) => passedOn.test(name)));
}
