import type { EndpointShare, PortTraffic } from '../../traffic/index.ts';
import { defineRule } from '../define-rule.ts';
import { useClusterPolicy } from '../fixes.ts';
import type { Fault } from '../rule.ts';
import { familyCount, serviceSubject, servicesWith, unknownServices } from '../services.ts';
import { capped, counted, distinct, listed, percent, portText } from '../text.ts';

/** Finds ready endpoints that get no new connections while others of the same port do. */
export const starvedEndpoints = defineRule(
  {
    id: 'traffic/starved-endpoints',
    title: 'Ready pods of a Service get no new connections',
    why: 'With Local, only backend-pool nodes that hold a ready pod take traffic; pods elsewhere idle while the rest carry everything.',
    remedy:
      'Put the nodes into the backend pool, move the pods, or use Cluster and lose the client IP.',
    severity: 'high',
    source: 'load-balancing.md §11, faults 1, 3, 6, 9, 10, 16 and 44',
  },
  ['traffic'],
  ({ traffic }) => ({
    unknown: unknownServices(traffic),
    faults: servicesWith(traffic, (port) => starved(port).length > 0).map(
      ({ service, ports }): Fault => {
        const worst = ports.toSorted((a, b) => starvedPart(b) - starvedPart(a))[0] ?? ports[0];
        if (worst === undefined) throw new TypeError('a Service without ports was picked');
        const idle = starved(worst);
        const ready = worst.endpoints.filter((each) => each.ready).length;
        const causes = distinct(
          ports.flatMap((port) =>
            starved(port).map((each) => each.cause ?? each.because ?? 'node-missing-from-pool'),
          ),
        );
        const carriers = worst.endpoints.filter((each) => each.share > 0);
        const families = familyCount(service);
        return {
          subject: serviceSubject(service),
          severity: ports.some((port) => starvedPart(port) >= 0.5) ? 'critical' : 'high',
          title: `${idle.length} of ${counted(ready, 'ready pod')} of ${service.namespace}/${service.name} get no new connections`,
          message: `${counted(carriers.length, 'pod carries', 'pods carry')} all new connections to port ${listed(ports.map((port) => portText(port, families)))} (${listed(carriers.map((each) => `${each.pod} ${percent(each.share)}`))}); ${listed(idle.map((each) => each.pod))} ${idle.length === 1 ? 'gets' : 'get'} none. ${causes.map(explain).join(' ')}`,
          causes,
          evidence: {
            externalTrafficPolicy: service.externalTrafficPolicy,
            ...(worst.loadBalancer !== undefined && {
              loadBalancer: worst.loadBalancer.name,
              sku: worst.loadBalancer.sku,
            }),
            ports: ports.map((port) => ({
              port: port.port,
              protocol: port.protocol,
              family: port.family,
              readyPods: port.endpoints.filter((each) => each.ready).length,
              starvedPods: starved(port).length,
              backendsUp: port.backendTotals.up,
            })),
            starved: capped(
              idle.map((each) => ({
                pod: each.pod,
                node: each.node ?? 'none',
                nodePool: each.nodePool ?? 'none',
                because: each.because ?? 'unknown',
              })),
            ),
          },
          fixes: service.externalTrafficPolicy === 'Local' ? [useClusterPolicy(service)] : [],
        };
      },
    ),
  }),
);

/** Ready endpoints at 0 of a port where others have a share. */
function starved(port: PortTraffic): readonly EndpointShare[] {
  if (!port.endpoints.some((each) => each.share > 0)) return [];
  return port.endpoints.filter((each) => each.ready && each.share === 0);
}

function starvedPart(port: PortTraffic): number {
  const ready = port.endpoints.filter((each) => each.ready).length;
  return ready === 0 ? 0 : starved(port).length / ready;
}

const explanations = new Map([
  [
    'basic-single-vm-set',
    'A Basic load balancer takes one VM set as its backend; their nodes are in another.',
  ],
  [
    'node-excluded',
    'Their nodes carry the label node.kubernetes.io/exclude-from-external-load-balancers.',
  ],
  ['node-missing-from-pool', 'Their nodes are not in the backend pool.'],
  [
    'held-by-other-load-balancer',
    'The NICs of their nodes sit in a pool of another load balancer, so Azure leaves them out here.',
  ],
  [
    'local-pool-drift',
    'The Service has a backend pool of its own, and it has not followed the pods.',
  ],
  ['virtual-node', 'They run on a virtual node, which can never be a backend.'],
  ['no-kube-proxy', 'kube-proxy does not run on their nodes.'],
  ['node-not-ready', 'Their nodes are not Ready.'],
  ['node-down-for-probe', 'Their nodes do not answer the probe of the rule.'],
  ['hinted-away', 'Topology hints send no node that takes traffic to them.'],
]);

function explain(cause: string): string {
  return explanations.get(cause) ?? '';
}
