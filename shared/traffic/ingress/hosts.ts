import {
  derived,
  gatewayRoutes,
  ingressRoutes,
  readRoutings,
  takesRequests,
  type EntryPoint,
  type HostRoute,
} from '../../facts/index.ts';
import { compareText, kindAndName, subjectText } from '../../model/index.ts';
import { secondHop } from './second-hop.ts';

/** What a LoadBalancer Service stands in front of, as an ingress controller or a gateway. */
export interface ServiceHosts {
  readonly entryPoints: readonly EntryPoint[];
  /** Hosts, sorted; `''` = every host. */
  readonly hosts: readonly string[];
  /** Workloads behind those, `Deployment shop/web`, sorted; empty where their Services were not read. */
  readonly workloads: readonly string[];
}

/** Hosts by the Service in front of them, as `namespace/name`. Services that are no entry point are not in it. */
export const hostsOfServices = derived(
  'hostsOfServices',
  { needs: [], helps: [ingressRoutes, gatewayRoutes, secondHop] },
  (given): ReadonlyMap<string, ServiceHosts> => {
    const routings = readRoutings(given);
    const routes = Map.groupBy<string, HostRoute>(
      routings.flatMap((each) => each.routes.filter(takesRequests)),
      ({ entryPoint }) => entryPoint,
    );
    const workloads = new Map<string, Set<string>>();
    if (given.secondHop.kind === 'read')
      for (const { entryPoint, targets } of given.secondHop.value.routes) {
        const names = workloads.get(entryPoint) ?? new Set();
        workloads.set(entryPoint, names);
        for (const target of targets)
          for (const workload of target.workloads) names.add(kindAndName(workload));
      }
    const found = new Map<
      string,
      { points: EntryPoint[]; hosts: Set<string>; names: Set<string> }
    >();
    for (const point of routings.flatMap((each) => each.entryPoints)) {
      const claims = routes.get(point.id) ?? [];
      if (claims.length === 0) continue;
      for (const service of point.services) {
        const key = subjectText(service);
        const entry = found.get(key) ?? { points: [], hosts: new Set(), names: new Set() };
        found.set(key, entry);
        entry.points.push(point);
        for (const { host } of claims) entry.hosts.add(host);
        for (const name of workloads.get(point.id) ?? []) entry.names.add(name);
      }
    }
    return new Map(
      [...found].map(([key, { points, hosts, names }]) => [
        key,
        {
          entryPoints: points,
          hosts: [...hosts].toSorted(compareText),
          workloads: [...names].toSorted(compareText),
        },
      ]),
    );
  },
);
