// Worklets are plain functions in a page, which has one thread.
type Work = (...values: unknown[]) => unknown;
export const scheduleOnRN = (work: Work, ...values: unknown[]): void => queueMicrotask(() => void work(...values));
export const scheduleOnUI = (work: Work, ...values: unknown[]): void => scheduleOnRN(work, ...values);
export const runOnJS = (work: Work): Work => work;
export const runOnUI = (work: Work): Work => work;
export const runOnUISync = (work: Work, ...values: unknown[]): unknown => work(...values);
export const createSerializable = <Value>(value: Value): Value => value;
export const isWorkletFunction = (): boolean => false;
