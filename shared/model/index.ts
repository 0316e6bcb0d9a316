export * from './azure.ts';
export * from './ids.ts';
export * from './kubernetes.ts';
export { nearest } from './nearest.ts';
export * from './read.ts';
export * from './scheduling.ts';
export * from './snapshot.ts';
export { parseTaint } from './taint.ts';
