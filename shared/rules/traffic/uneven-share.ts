import {
  shareRatio,
  tolerance,
  type PortTraffic,
  type ServiceTraffic,
} from '../../traffic/index.ts';
import { defineRule } from '../define-rule.ts';
import { useClusterPolicy } from '../fixes.ts';
import type { Fault } from '../rule.ts';
import {
  familyCount,
  serviceSubject,
  servicesWith,
  thresholdsOf,
  unknownServices,
} from '../services.ts';
import { listed, percent, portText } from '../text.ts';

/** Finds ports where one pod is offered a multiple of what another is. */
export const unevenShare = defineRule(
  {
    id: 'traffic/uneven-share',
    title: 'Pods of a Service get very different shares of the new connections',
    why: 'With Local, Azure shares per node: one pod alone on a node gets as much as all the pods of another node together.',
    remedy: 'Spread the pods evenly over nodes, or use Cluster and lose the client IP.',
    severity: 'medium',
    source: 'load-balancing.md §11, faults 17 and 22',
  },
  ['traffic'],
  ({ traffic }, { settings }) => {
    const uneven = (port: PortTraffic, service: ServiceTraffic): boolean =>
      port.verdict !== 'unknown' &&
      shareRatio(port.endpoints) >= thresholdsOf(settings, service).unevenMediumRatio - tolerance;
    return {
      unknown: unknownServices(traffic),
      faults: servicesWith(traffic, uneven).map(({ service, ports }): Fault => {
        const worst =
          ports.toSorted((a, b) => shareRatio(b.endpoints) - shareRatio(a.endpoints))[0] ??
          ports[0];
        if (worst === undefined) throw new TypeError('a Service without ports was picked');
        const ratio = shareRatio(worst.endpoints);
        const shares = worst.endpoints.filter((each) => each.share > 0).map((each) => each.share);
        const largest = Math.max(...shares);
        const smallest = Math.min(...shares);
        return {
          subject: serviceSubject(service),
          severity:
            ratio >= thresholdsOf(settings, service).unevenHighRatio - tolerance
              ? 'high'
              : 'medium',
          title: `One pod of ${service.namespace}/${service.name} gets ${rounded(ratio)} times the connections of another`,
          message: `On port ${listed(ports.map((port) => portText(port, familyCount(service))))} the shares of new connections run from ${percent(smallest)} to ${percent(largest)}: ${service.externalTrafficPolicy === 'Local' ? 'Azure shares per node, and the nodes hold different numbers of pods' : 'topology hints give each node its own set of pods'}. Expected for many clients; few clients or long connections change what is measured.`,
          causes: [service.externalTrafficPolicy === 'Local' ? 'pods-per-node' : 'topology-hints'],
          evidence: {
            externalTrafficPolicy: service.externalTrafficPolicy,
            ratio,
            largestShare: largest,
            smallestShare: smallest,
            ports: ports.map((port) => ({
              port: port.port,
              protocol: port.protocol,
              family: port.family,
              ratio: shareRatio(port.endpoints),
            })),
          },
          fixes: service.externalTrafficPolicy === 'Local' ? [useClusterPolicy(service)] : [],
        };
      }),
    };
  },
);

function rounded(ratio: number): string {
  return Number.isInteger(ratio) ? String(ratio) : ratio.toFixed(1);
}
