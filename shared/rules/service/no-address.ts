import type { LoadBalancerService } from '../../model/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { lookAtEvents, reconcile } from '../../fixes/service-fixes.ts';
import { unjudged } from '../../facts/index.ts';
import { serviceSubject, subjectText, valueOr } from '../../model/index.ts';
import { itemized, rounded } from '../../fixes/text.ts';
import { refusals } from '../refusals.ts';

/** Finds Services that have had no address for 10 minutes or more, and names what was found to stand in the way. */
export const noAddress = defineRule(
  {
    id: 'service/no-address',
    title: 'A Service has not got an address',
    why: 'Nobody can connect to it: the cloud provider has not finished, or is not the one that should.',
    remedy: 'Take away the cause that the finding names, or the one in the events of the Service.',
    severity: 'high',
    source: "Kubernetes: Service of type LoadBalancer; Azure's cloud provider: load balancer",
  },
  { needs: ['services'], helps: [refusals] },
  ({ services, cluster: { takenAt }, refusals: refused }) => {
    const causesOf = (service: LoadBalancerService): readonly string[] =>
      valueOr(refused, undefined)?.all.get(subjectText(service)) ?? [];
    const waiting = services.filter(hasNoAddress);
    return {
      faults: waiting
        .filter((service) => (ageMs(service, takenAt) ?? 0) >= setUpMs)
        .map((service) => faultOf(service, ageMs(service, takenAt) ?? 0, causesOf(service))),
      unknown: unjudged(
        waiting.filter((service) => ageMs(service, takenAt) === undefined),
        { why: 'it does not say when it was created' },
      ),
    };
  },
);

const setUpMs = 10 * 60_000;

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

function faultOf(
  service: LoadBalancerService,
  waitedMs: number,
  refusedFor: readonly string[],
): Fault {
  const name = subjectText(service);
  const other = service.loadBalancerClass;
  const minutes = Math.floor(waitedMs / 60_000);
  const causes = other === undefined ? refusedFor : [];
  const why =
    other === undefined
      ? whyText(causes)
      : `It is left to the controller of class ${other.slice(0, 80)}, which Azure's cloud provider does not look at.`;
  return {
    subject: serviceSubject(service),
    severity: other === undefined ? 'high' : 'info',
    title: `${name} has no address`,
    message: `Nobody can connect to ${name} from outside: it was created ${ageText(minutes)} ago and has no address yet. ${why}`,
    causes:
      other === undefined
        ? causes.length > 0
          ? causes
          : ['unexplained']
        : ['load-balancer-class'],
    evidence: {
      createdAt: service.createdAt ?? 'not known',
      minutes,
      ...(other !== undefined && { loadBalancerClass: other }),
    },
    fixes: [lookAtEvents(service), ...(other === undefined ? [reconcile(service)] : [])],
  };
}

function whyText(causes: readonly string[]): string {
  return causes.length > 0
    ? `Other findings say what stands in the way: ${itemized(causes)}.`
    : 'Nothing that was read says why; its events may.';
}

function ageText(minutes: number): string {
  if (minutes < 120) return `${minutes} minutes`;
  if (minutes < 48 * 60) return `${rounded(minutes / 60)} hours`;
  return `${rounded(minutes / 60 / 24)} days`;
}
