import type { Loss, LossCause, PortTraffic } from '../../traffic/index.ts';
import { tolerance } from '../../traffic/index.ts';
import { defineRule } from '../define-rule.ts';
import { reconcile } from '../fixes.ts';
import type { Fault } from '../rule.ts';
import {
  familyCount,
  serviceSubject,
  servicesWith,
  thresholdsOf,
  unknownServices,
} from '../services.ts';
import { counted, distinct, listed, percent, portText } from '../text.ts';

/** Finds ports where a part of the new connections reaches a node that has no pod to give them to. */
export const lostConnections = defineRule(
  {
    id: 'traffic/lost-connections',
    title: 'A part of the new connections of a Service is lost',
    why: 'Azure keeps sending to every backend that its probe calls up; what reaches a node without a usable pod is dropped.',
    remedy:
      'Give the port the probe that tells such nodes apart, and take stale members out of the pool.',
    severity: 'high',
    source: 'load-balancing.md §6.2, §11, faults 11, 12, 25, 26 and 31',
  },
  ['traffic'],
  ({ traffic }, { settings }) => ({
    unknown: unknownServices(traffic),
    faults: servicesWith(traffic, loses).map(({ service, ports }): Fault => {
      const worst = ports.toSorted((a, b) => b.lost - a.lost)[0] ?? ports[0];
      if (worst === undefined) throw new TypeError('a Service without ports was picked');
      const losses = worst.losses;
      return {
        subject: serviceSubject(service),
        severity:
          worst.lost >= thresholdsOf(settings, service).lostCritical - tolerance
            ? 'critical'
            : 'high',
        title: `${percent(worst.lost)} of the new connections to ${service.namespace}/${service.name} are lost`,
        message: `Of the new connections to port ${listed(ports.map((port) => portText(port, familyCount(service))))}, ${percent(worst.lost)} reach a backend that cannot serve them: ${losses.map(describe).join('; ')}.`,
        causes: distinct(ports.flatMap((port) => port.losses.map((loss) => loss.cause))),
        evidence: {
          externalTrafficPolicy: service.externalTrafficPolicy,
          ports: ports.map((port) => ({
            port: port.port,
            protocol: port.protocol,
            family: port.family,
            lost: port.lost,
            backendsUp: port.backendTotals.up,
            losses: port.losses.map(({ cause, share, backends }) => ({ cause, share, backends })),
            probe: port.probe === undefined ? 'none' : `${port.probe.protocol} ${port.probe.port}`,
          })),
        },
        fixes: [reconcile(service)],
      };
    }),
  }),
);

function loses(port: PortTraffic): boolean {
  return port.verdict !== 'none' && port.verdict !== 'unknown' && port.lost > tolerance;
}

const texts: Readonly<Record<LossCause, string>> = {
  'probe-answers-without-endpoints': 'answer the probe without a usable pod',
  'no-probe': 'have no usable pod, and the rule has no probe to notice',
  'stale-member':
    'are in the pool but no nodes of the cluster, and the rule has no probe to notice',
  'node-not-ready': 'are not Ready, and the rule has no probe to notice',
  'no-kube-proxy': 'do not run kube-proxy, and the rule has no probe to notice',
};

function describe(loss: Loss): string {
  return `${counted(loss.backends, 'backend')} (${percent(loss.share)}) ${texts[loss.cause]}`;
}
