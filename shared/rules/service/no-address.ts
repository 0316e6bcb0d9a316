import {
  compacted,
  serviceSubject,
  subjectText,
  valueOr,
  type LoadBalancerService,
} from '../../model/index.ts';
import { defineRule, type Fault } from '../rule.ts';
import { lookAtEvents, reconcile } from '../../fixes/service-fixes.ts';
import { unjudged } from '../../facts/index.ts';
import { setUpMs } from '../../facts/recent-changes.ts';
import { rounded } from '../../fixes/text.ts';
import { refusals } from '../refusals.ts';

/** Finds Services that have had no address for 10 minutes or more, and of which nothing else says why. */
export const noAddress = defineRule(
  {
    id: 'service/no-address',
    title: 'Service has no external IP',
    why: 'Clients cannot connect: the cloud provider has not finished, or another controller is responsible.',
    remedy: 'Fix the cause named in the finding or in the Service’s events.',
    severity: 'high',
    source: "Kubernetes: Service of type LoadBalancer; Azure's cloud provider: load balancer",
  },
  { needs: ['services'], helps: [refusals] },
  ({ services, cluster: { takenAt }, refusals: refused }) => {
    // Where another finding says why, that one stands for it.
    const told = valueOr(refused, undefined);
    const waiting = services
      .filter((service) => hasNoAddress(service))
      .map((service) => ({
        service,
        by: told?.all.get(subjectText(service)) ?? [],
        ageMs: ageMs(service, takenAt),
        doubt:
          service.loadBalancerClass === undefined
            ? refused.kind === 'unread'
              ? refused
              : refused.value.anyDoubtOf(service)
            : undefined,
      }));
    const unexplained = waiting.filter(({ by }) => by.length === 0);
    const old = unexplained.filter((each) => (each.ageMs ?? 0) >= setUpMs);
    return {
      explained: waiting
        .filter(({ by, ageMs: waitedMs = 0 }) => by.length > 0 && waitedMs >= setUpMs)
        .map(({ service, by }) => ({ subject: serviceSubject(service), by })),
      faults: old
        .filter(({ doubt }) => doubt === undefined)
        .map(({ service, ageMs: waitedMs = 0 }) => faultOf(service, waitedMs)),
      unknown: [
        ...unjudged(
          unexplained.flatMap((each) => (each.ageMs === undefined ? [each.service] : [])),
          { why: 'its creation time is not known' },
        ),
        ...old.flatMap(({ service, doubt }) =>
          doubt === undefined ? [] : unjudged([service], doubt),
        ),
      ],
    };
  },
);

/** A name counts as an address: other controllers give one. */
function hasNoAddress(service: LoadBalancerService): boolean {
  const { deleting, ingressIps, ingressHostnames = [] } = service;
  return !deleting && ingressIps.length === 0 && ingressHostnames.length === 0;
}

/** `undefined` = unknown. */
function ageMs({ createdAt }: LoadBalancerService, takenAt: string): number | undefined {
  const age = Date.parse(takenAt) - Date.parse(createdAt ?? '');
  return Number.isNaN(age) ? undefined : age;
}

function faultOf(service: LoadBalancerService, waitedMs: number): Fault {
  const name = subjectText(service);
  const other = service.loadBalancerClass;
  const minutes = Math.floor(waitedMs / 60_000);
  const why =
    other === undefined
      ? 'The data that was read does not show why; check its events.'
      : `It belongs to the controller of class ${other.slice(0, 80)}, not to Azure's cloud provider.`;
  return {
    subject: serviceSubject(service),
    severity: other === undefined ? 'high' : 'info',
    title: `${name} has no external IP`,
    message: `${name} has had no external IP for ${ageText(minutes)}, since it was created (EXTERNAL-IP is pending). ${why}`,
    causes: [other === undefined ? 'unexplained' : 'load-balancer-class'],
    evidence: {
      createdAt: service.createdAt ?? 'not known',
      minutes,
      ...(other !== undefined && { loadBalancerClass: other }),
    },
    fixes: compacted([lookAtEvents(service), other === undefined && reconcile(service)]),
  };
}

function ageText(minutes: number): string {
  if (minutes < 120) return `${minutes} minutes`;
  if (minutes < 48 * 60) return `${rounded(minutes / 60)} hours`;
  return `${rounded(minutes / 60 / 24)} days`;
}
