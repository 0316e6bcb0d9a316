export { deletionOf, nodePoolChange, type NodePoolText } from './arguments.ts';
export { planManifests, type PlanRequest } from './run.ts';
export * from './types.ts';
