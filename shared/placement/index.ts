export { matchesLabelSelector, requirementFaults, requirementIsValid } from '../model/index.ts';
export { daemonSetOn, daemonSetTolerations } from './daemonset.ts';
export { evictionOf, shortestToleration, type Eviction } from './eviction.ts';
export { landing, mayStay, schedulerFits, toleratesCordon, type Landing } from './landing.ts';
export * from './node-affinity.ts';
export { isSystemNode, isVirtualNode, poolNameOf } from './nodes.ts';
export { describeObstacle, type Obstacle } from './obstacles.ts';
export { poolShape, type PoolShape } from './pool-labels.ts';
export {
  canBeScheduled,
  keepsOff,
  landingOnPool,
  type PoolLanding,
  type Schedulability,
} from './pools.ts';
export { affinityScores, preferenceScores, taintScores } from './scores.ts';
export { countsTaintedNodes, spreadByHost, type Spread } from './spread.ts';
export * from './tolerations.ts';
