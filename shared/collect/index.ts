export {
  collectCluster,
  coverageOf,
  groupOfNodes,
  withNetwork,
  type Collected,
  type CollectInputs,
} from './collect.ts';
export { needsConfigurations, readConfigurations } from './configurations.ts';
export { readList } from './kubernetes-reader.ts';
export type { KubernetesAnswer, KubernetesTransport } from './kubernetes-transport.ts';
export { savedRefusal } from './kubernetes-refusals.ts';
export {
  networkByGroup,
  readNetwork,
  readNetworkAgain,
  type SubscriptionNetwork,
} from './network.ts';
export { listsAsked, nodeList } from './kubernetes-lists.ts';
export { holds, parseFieldSelector, type Term } from './selectors.ts';
export type { ListRecorder, ListRecording } from './recorder.ts';
export { readHealth } from './observed/health.ts';
export {
  notObserved,
  observedByGroup,
  readObservations,
  type Observations,
  type ObservedOfCluster,
} from './observed/observations.ts';
