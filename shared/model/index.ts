export * from './azure.ts';
export { compacted } from './compacted.ts';
export * from './ids.ts';
export * from './ingress.ts';
export { canonicalInt64 } from './int64.ts';
export { isObject, jsonValue, type JsonObject } from './json.ts';
export * from './kubernetes.ts';
export {
  matchesLabelSelector,
  requirementFaults,
  requirementHolds,
  selectorFault,
} from './labels.ts';
export { nearest } from './nearest.ts';
export * from './node-labels.ts';
export * from './observed.ts';
export { present } from './present.ts';
export * from './read.ts';
export * from './reason.ts';
export * from './scheduling.ts';
export { scrubbed } from './scrubbed.ts';
export * from './slice-name.ts';
export * from './snapshot.ts';
export * from './subject.ts';
export { parseTaint } from './taint.ts';
export { counted, grouped, listed, percent, percentNumber, timeText } from './text.ts';
