import { defineRule } from '../define-rule.ts';
import { reconcile, useClusterPolicy } from '../fixes.ts';
import type { Fault } from '../rule.ts';
import { familyCount, serviceSubject, servicesWith, unknownServices } from '../services.ts';
import { capped, counted, distinct, listed, portText } from '../text.ts';

/** Finds Services that have ready endpoints of which none gets any share: everything offered is lost. */
export const noTraffic = defineRule(
  {
    id: 'traffic/no-traffic',
    title: 'No ready pod of a Service gets new connections',
    why: 'Clients connect to an address behind which nothing answers, while pods stand ready.',
    remedy:
      'Bring the nodes of the pods into the backend pool, or let every node accept the traffic.',
    severity: 'critical',
    source: 'load-balancing.md §11, faults 1, 19 and 22; share-model.md 8',
  },
  ['traffic'],
  ({ traffic }) => ({
    unknown: unknownServices(traffic),
    faults: servicesWith(
      traffic,
      (port) =>
        port.verdict === 'none' && !port.ruleDisabled && port.endpoints.some((each) => each.ready),
    ).map(({ service, ports }): Fault => {
      const families = familyCount(service);
      const reasons = ports.flatMap((port) =>
        port.endpoints.filter((each) => each.ready).map((each) => each.cause ?? each.because ?? ''),
      );
      const causes = distinct(reasons.filter((reason) => reason !== ''));
      const ready = Math.max(
        ...ports.map((port) => port.endpoints.filter((each) => each.ready).length),
      );
      const names = listed(ports.map((port) => portText(port, families)));
      const withoutRule = causes.length === 1 && causes[0] === 'no-rule';
      return {
        subject: serviceSubject(service),
        title: `None of ${counted(ready, 'ready pod')} of ${service.namespace}/${service.name} gets new connections`,
        message: withoutRule
          ? `Azure has no load-balancing rule for port ${names}, so every new connection is lost although ${counted(ready, 'pod is', 'pods are')} ready. The cloud provider has not written the rule, or failed to: the events of the Service say why.`
          : `All new connections to port ${names} are lost although ${counted(ready, 'pod is', 'pods are')} ready: no backend that is up leads to one (${causes.join(', ')}).`,
        causes,
        evidence: {
          externalTrafficPolicy: service.externalTrafficPolicy,
          ports: ports.map((port) => ({
            port: port.port,
            protocol: port.protocol,
            family: port.family,
            backends: port.backendTotals.members,
            backendsUp: port.backendTotals.up,
            readyPods: port.endpoints.filter((each) => each.ready).length,
          })),
          nodes: capped(
            distinct(ports.flatMap((port) => port.endpoints.flatMap((each) => each.node ?? []))),
          ),
        },
        fixes:
          withoutRule || service.externalTrafficPolicy !== 'Local'
            ? [reconcile(service)]
            : [useClusterPolicy(service)],
      };
    }),
  }),
);
