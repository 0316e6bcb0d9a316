export { daemonSetOn } from './daemonset.ts';
export { leftOut, wouldLeaveOut, type LeftOut } from './daemonset-cover.ts';
export { deadLabels, type DeadLabel } from './dead-labels.ts';
export { knownLabels, type KnownLabels } from './known-labels.ts';
export { landing, mayStay } from './landing.ts';
export * from './node-affinity.ts';
export { hasAutoProvisioning } from './nodes.ts';
export { describeObstacle, type Obstacle } from './obstacles.ts';
export { lastingTaints, nodesOfPool, poolTaints } from './pool-taints.ts';
export { plannedTaints } from './planned-taints.ts';
export { canBeScheduled, landingOnPool } from './pools.ts';
export {
  keepsOwnApart,
  keysApart,
  mergedSelector,
  selectsPodsOf,
  twoPodsOf,
  type Namespaces,
} from './repels.ts';
export { roomFor } from './room.ts';
export { preferenceScores } from './scores.ts';
export { hasHardKeys, isBinding, spreadByHost, whileAllAreUp, type Spread } from './spread.ts';
export { capacityOf, heldDownBySpread } from './capacity.ts';
export { systemNamespaces } from './system-namespaces.ts';
export * from './tolerations.ts';
export { zoneOf } from './zones.ts';
