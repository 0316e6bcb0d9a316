export { readApplied, type Applied } from './applied.ts';
export { readManifests } from './manifests.ts';
export { readObjects, type Wanted } from './objects.ts';
export { planChanges, type PlanInputs } from './plan.ts';
export * from './types.ts';
