/**
 * What each slice is to a report. `needed`: without it the cluster is read in part. `optional`: it adds
 * precision, or some rules alone need it. `observed`: optional, and Azure's own word on the moment,
 * which not every run asks for.
 */
const slices = {
  managedCluster: 'needed',
  loadBalancers: 'needed',
  networkInterfaces: 'needed',
  publicIpAddresses: 'needed',
  securityGroups: 'needed',
  loadBalancerConfigurations: 'needed',
  virtualMachines: 'optional',
  nodes: 'needed',
  services: 'needed',
  endpointSlices: 'needed',
  deployments: 'needed',
  statefulSets: 'needed',
  daemonSets: 'needed',
  systemPods: 'needed',
  pendingPods: 'needed',
  namespaces: 'needed',
  serviceEvents: 'needed',
  backendHealth: 'observed',
  loadBalancerMetrics: 'observed',
  resourceChanges: 'observed',
  ingresses: 'optional',
  ingressClasses: 'optional',
  gatewayClasses: 'optional',
  gateways: 'optional',
  httpRoutes: 'optional',
  grpcRoutes: 'optional',
  referenceGrants: 'optional',
  clusterIpServices: 'optional',
  networkPolicies: 'optional',
  nodePortServices: 'optional',
  hostNetworkPods: 'optional',
  ciliumConfig: 'optional',
} as const satisfies Readonly<Record<string, 'needed' | 'optional' | 'observed'>>;

export type SliceName = keyof typeof slices;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a literal are its own
export const sliceNames = Object.keys(slices) as readonly SliceName[];

/** Slices without which a report is complete. */
export const optionalSlices: ReadonlySet<string> = new Set(
  sliceNames.filter((name) => slices[name] !== 'needed'),
);

/** Azure's own observations. */
export const observedSlices: ReadonlySet<string> = new Set(
  sliceNames.filter((name) => slices[name] === 'observed'),
);
