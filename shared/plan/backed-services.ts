import {
  matchesLabelSelector,
  valueOr,
  type ClusterSnapshot,
  type IpFamily,
  type LoadBalancerService,
  type Workload,
} from '../model/index.ts';
import { slicesByService } from '../traffic/index.ts';
import { workloadsOf } from './pod-index.ts';

/** What of a Service decides its endpoints, whatever its type. */
export type Backed = Pick<
  LoadBalancerService,
  'namespace' | 'name' | 'selector' | 'ports' | 'ipFamilies'
>;

/** Every Service with endpoints that was read. */
export function backedServices(snapshot: ClusterSnapshot): readonly Backed[] {
  return [...valueOr(snapshot.services, []), ...innerServices(snapshot)];
}

/** Services behind an ingress. Their families are those that their endpoints have, else the first of the cluster. */
export function innerServices(snapshot: ClusterSnapshot): readonly Backed[] {
  const slices = slicesByService(valueOr(snapshot.endpointSlices, []));
  const cluster = valueOr(snapshot.managedCluster, undefined)?.ipFamilies ?? [];
  const first: readonly IpFamily[] = cluster[0] === 'IPv6' ? ['IPv6'] : ['IPv4'];
  return valueOr(snapshot.clusterIpServices, [])
    .filter(({ deleting, selector }) => !deleting && selector !== undefined)
    .map(({ namespace, name, selector, ports }) => {
      const types = (slices.get(`${namespace}/${name}`) ?? []).map((each) => each.addressType);
      const found = (['IPv4', 'IPv6'] as const).filter((family) => types.includes(family));
      return { namespace, name, selector, ports, ipFamilies: found.length > 0 ? found : first };
    });
}

/** `name/protocol` of each port, by which slices name theirs. */
export function portNames({ ports }: Backed): readonly string[] {
  return ports.map(({ name, protocol }) => `${name}/${protocol}`);
}

/** Workloads whose pod template a Service selects. */
export function selected(snapshot: ClusterSnapshot, service: Backed): readonly Workload[] {
  const { selector, namespace } = service;
  if (selector === undefined || selector.size === 0) return [];
  const wanted = { matchLabels: selector, matchExpressions: [] };
  return workloadsOf(snapshot).filter(
    (workload) =>
      workload.namespace === namespace && matchesLabelSelector(wanted, workload.podLabels),
  );
}
