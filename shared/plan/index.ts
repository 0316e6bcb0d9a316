export { deletionOf, nodePoolChange, type NodePoolText } from './arguments.ts';
export { planManifests } from './run.ts';
export * from './types.ts';
