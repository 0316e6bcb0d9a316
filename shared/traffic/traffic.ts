import { findRules } from '../load-balancing/index.ts';
import {
  compareText,
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerService,
} from '../model/index.ts';
import { viewOf } from './cluster-view.ts';
import { slicesByService } from './endpoints.ts';
import { portTraffic, unknownPort, type Situation } from './port-traffic.ts';
import type { ServiceTraffic } from './types.ts';

/** A Service younger than this without an address is still being set up. */
const setUpMs = 10 * 60_000;

/**
 * Who gets the new connections of every LoadBalancer Service, by namespace and name. Services that
 * are being deleted are left out. A slice that was not read makes the ports that need it `unknown`.
 */
export function clusterTraffic(snapshot: ClusterSnapshot): readonly ServiceTraffic[] {
  const missing = (['endpointSlices', 'nodes', 'loadBalancers'] as const).flatMap((name) => {
    const slice = snapshot[name];
    return slice.kind === 'unread' ? [`${name}: ${slice.why}`] : [];
  });
  const view = viewOf(snapshot);
  const slices = slicesByService(valueOr(snapshot.endpointSlices, []));
  const rulesOf = findRules(valueOr(snapshot.loadBalancers, []));
  return valueOr(snapshot.services, [])
    .filter((service) => !service.deleting)
    .toSorted((a, b) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name))
    .map((service) =>
      serviceTraffic(
        {
          snapshot,
          view,
          service,
          slices: slices.get(`${service.namespace}/${service.name}`) ?? [],
          rules: rulesOf(service),
        },
        missing[0],
      ),
    );
}

/** @param missing Why an input was not read; the ports are then `unknown`. */
export function serviceTraffic(situation: Situation, missing?: string): ServiceTraffic {
  const { snapshot, service } = situation;
  const why = missing ?? whyNotOurs(service, snapshot.takenAt);
  return {
    namespace: service.namespace,
    name: service.name,
    externalTrafficPolicy: service.externalTrafficPolicy,
    ...(why !== undefined && { why }),
    ports: service.ports.flatMap((port) =>
      service.ipFamilies.map((family) =>
        why === undefined
          ? portTraffic(situation, port, family)
          : unknownPort(service, port, family, why),
      ),
    ),
  };
}

function whyNotOurs(service: LoadBalancerService, takenAt: string): string | undefined {
  if (service.unreadablePorts !== undefined) return service.unreadablePorts;
  if (service.loadBalancerClass !== undefined)
    return `another controller serves loadBalancerClass ${service.loadBalancerClass}`;
  if (service.externalTrafficPolicy !== 'Local' && service.externalTrafficPolicy !== 'Cluster')
    return `externalTrafficPolicy ${service.externalTrafficPolicy} is not known`;
  const age = Date.parse(takenAt) - Date.parse(service.createdAt ?? '');
  if (service.ingressIps.length === 0 && age >= 0 && age < setUpMs)
    return 'the Service is less than 10 minutes old and has no address yet';
  return undefined;
}
