import {
  serviceSubject,
  subjectText,
  timeText,
  valueOr,
  type LoadBalancerService,
  type ServiceEvent,
} from '../../model/index.ts';
import { provenRefusals } from '../proven-refusals.ts';
import { failures, openFailuresOf } from '../../facts/open-failures.ts';
import { eventExcerpt, remedyOf } from '../../fixes/event-fixes.ts';
import { defineRule, type Fault } from '../rule.ts';
import { lookAtEvents, reconcile } from '../../fixes/service-fixes.ts';
import { distinct, kebab } from '../../fixes/text.ts';

/** Finds Services of which the newest word of the controllers is that they failed. */
export const syncFailed = defineRule(
  {
    id: 'service/sync-failed',
    title: 'Cloud provider failed to reconcile a Service',
    why: 'Azure is no longer updated with new ports, nodes and addresses; the cloud provider retries every few minutes.',
    remedy: 'Fix the cause named in the event; the next retry then succeeds automatically.',
    severity: 'high',
    source: "Kubernetes: service controller events; Azure's cloud provider: events",
  },
  { needs: ['services', 'serviceEvents'], helps: [provenRefusals] },
  ({ services, serviceEvents, provenRefusals: refusals }) => {
    const proven = valueOr(refusals, undefined)?.all ?? new Map<string, readonly string[]>();
    const eventsOf = Map.groupBy(serviceEvents, (event) => `${event.namespace}/${event.service}`);
    const failed = services
      .filter(({ loadBalancerClass }) => loadBalancerClass === undefined)
      .flatMap((service) => {
        const name = subjectText(service);
        // The cause that objects prove is the one finding; of one that has an address, for failures to reconcile it.
        const refused = proven.get(name) ?? [];
        return faultsOf(service, eventsOf.get(name) ?? []).map((fault) => ({
          fault,
          by: service.ingressIps.length === 0 || isRefusal(fault) ? refused : [],
        }));
      });
    return {
      faults: failed.filter(({ by }) => by.length === 0).map(({ fault }) => fault),
      explained: failed
        .filter(({ by }) => by.length > 0)
        .map(({ fault: { subject, evidence }, by }) => ({ subject, by, evidence })),
    };
  },
);

/** The service controller could not reconcile it, and nothing else failed. */
function isRefusal({ causes = [] }: Fault): boolean {
  return causes.every((cause) =>
    ['sync-load-balancer-failed', 'update-load-balancer-failed'].includes(cause),
  );
}

/** A Service that is being deleted counts: its finalizer waits for Azure. */
function faultsOf(service: LoadBalancerService, events: readonly ServiceEvent[]): readonly Fault[] {
  const open = openFailuresOf(events);
  const [newest] = open;
  return newest === undefined ? [] : [faultOf(service, newest, open)];
}

function faultOf(
  service: LoadBalancerService,
  newest: ServiceEvent,
  open: readonly ServiceEvent[],
): Fault {
  const name = subjectText(service);
  const said = eventExcerpt(newest.message);
  return {
    subject: serviceSubject(service),
    title: `Cloud provider failed to ${service.deleting ? 'delete' : 'reconcile'} ${name}`,
    message: `Azure is no longer updated for ${name}: ${failures.get(newest.reason) ?? newest.reason} (${newest.reason}${newest.lastSeen === '' ? '' : `, ${timeText(newest.lastSeen)}`}), and no newer event shows success.${said === '' ? '' : ` Event message: "${said}".`}`,
    causes: distinct(open.map(({ reason }) => kebab(reason))),
    evidence: {
      events: open.slice(0, 10).map(({ reason, message, lastSeen }) => ({
        reason,
        message: eventExcerpt(message),
        lastSeen: lastSeen === '' ? 'not known' : lastSeen,
      })),
    },
    fixes: [
      ...remedyOf(service, newest.message),
      lookAtEvents(service),
      { ...reconcile(service), title: 'Trigger a reconcile after the cause is fixed' },
    ],
  };
}
