import {
  compacted,
  listed,
  serviceSubject,
  subjectText,
  valueOr,
  type LoadBalancerService,
} from '../../model/index.ts';
import { defineRule, type Fault } from '../rule.ts';
import { lookAtEvents, reconcile } from '../../fixes/service-fixes.ts';
import { setUpMs } from '../../facts/recent-changes.ts';
import { distinct, rounded } from '../../fixes/text.ts';
import { addressInAzure, unjudged } from '../../facts/index.ts';
import { findRules } from '../../load-balancing/index.ts';
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
  { needs: ['services'], helps: [refusals, 'loadBalancers', 'publicIpAddresses'] },
  ({ services, cluster: { takenAt }, refusals: refused, loadBalancers, publicIpAddresses }) => {
    const rulesOf = findRules(valueOr(loadBalancers, []));
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
        .map(({ service, ageMs: waitedMs = 0 }) => {
          const found = rulesOf(service).map((rule) => addressInAzure({ publicIpAddresses }, rule));
          return faultOf(service, waitedMs, distinct(found.flatMap((each) => each ?? [])));
        }),
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

/** @param inAzure Addresses of frontends that Azure has for it all the same. */
function faultOf(
  service: LoadBalancerService,
  waitedMs: number,
  inAzure: readonly string[],
): Fault {
  const name = subjectText(service);
  const other = service.loadBalancerClass;
  const minutes = Math.floor(waitedMs / 60_000);
  const unwritten = other === undefined && inAzure.length > 0;
  const why = unwritten
    ? `Azure has the load-balancing rules and the address ${listed(inAzure)} for it: only the status of the Service lacks it, and kube-proxy accepts no packets for an address that is not in the status.`
    : other === undefined
      ? 'The data that was read does not show why; check its events.'
      : `It belongs to the controller of class ${other.slice(0, 80)}, not to Azure's cloud provider.`;
  return {
    subject: serviceSubject(service),
    severity: other === undefined ? 'high' : 'info',
    title: `${name} has no external IP`,
    message: `${name} has had no external IP for ${ageText(minutes)}, since it was created (EXTERNAL-IP is pending). ${why}`,
    causes: [
      other !== undefined
        ? 'load-balancer-class'
        : unwritten
          ? 'status-not-written'
          : 'unexplained',
    ],
    evidence: {
      ...(unwritten && { addressesInAzure: inAzure }),
      createdAt: service.createdAt ?? 'not known',
      minutes,
      ...(other !== undefined && { loadBalancerClass: other }),
    },
    fixes: unwritten
      ? [reconcile(service), lookAtEvents(service)]
      : compacted([lookAtEvents(service), other === undefined && reconcile(service)]),
  };
}

function ageText(minutes: number): string {
  if (minutes < 120) return `${minutes} minutes`;
  if (minutes < 48 * 60) return `${rounded(minutes / 60)} hours`;
  return `${rounded(minutes / 60 / 24)} days`;
}
