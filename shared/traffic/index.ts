export * from './ingress/index.ts';
export {
  measuredName,
  frontendKey,
  measuredUp,
  measures,
  misplacedPart,
  probeDoubts,
  type PortMeasure,
} from './measures.ts';
export { reasonExplanation, reasonsText, reasonWords, seenText } from './probe-reasons.ts';
export { servingNodesOf, nodeZones } from './serving-nodes.ts';
export { anyUnopened, closedPorts, narrowedPorts, type ClosedPort } from './closed-ports.ts';
export { guardedServices, type GuardedPort } from './guarded-ports.ts';
export { endpointsOf, slicesByService } from './endpoints.ts';
export { packetsTaken, probedPort } from './last-hop.ts';
export type { Situation } from './situation.ts';
export { probeOf, probeTarget } from './probe-kind.ts';
export {
  trafficOfServices,
  serviceSituation,
  situations,
  traffic,
  type Situations,
} from './traffic.ts';
export * from './types.ts';
export * from './service-ports.ts';
export { shareRatio, tolerance } from './verdict.ts';
export * from './what-if.ts';
export { withReconcile } from './reconcile.ts';
