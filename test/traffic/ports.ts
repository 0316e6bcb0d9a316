import type { ClusterSnapshot } from '../../shared/model/index.ts';
import { trafficOfServices, type PortTraffic } from '../../shared/traffic/index.ts';
import { cluster, endpoint, node, slice, type SnapshotChanges } from '../builders/index.ts';

/** Two nodes with a pod each, `x` and `y`. */
export const a = node('user-0');
export const b = node('user-1');
export const onBoth = [endpoint('x', 'user-0'), endpoint('y', 'user-1')];

/** The ports of the first Service. */
export function portsOf(snapshot: ClusterSnapshot): readonly PortTraffic[] {
  return trafficOfServices(snapshot)[0]?.ports ?? [];
}

/** The one port of the Service of the builders, its pods on the two nodes. */
export function onlyPort(changes: SnapshotChanges): PortTraffic {
  const [port] = portsOf(cluster({ nodes: [a, b], endpointSlices: [slice(onBoth)], ...changes }));
  if (port === undefined) throw new Error('no port');
  return port;
}

export function sharesOf(port: PortTraffic | undefined): Record<string, number> {
  return Object.fromEntries(port?.endpoints.map(({ pod, share }) => [pod, share]) ?? []);
}
