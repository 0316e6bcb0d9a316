import { compareText, type LoadBalancerService, type ServiceEvent } from '../../model/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { lookAtEvents, reconcile } from '../../fixes/service-fixes.ts';
import { serviceSubject, subjectText } from '../../model/index.ts';
import { distinct, excerpt } from '../../fixes/text.ts';

/** Finds Services of which the newest word of the controllers is that they failed. */
export const syncFailed = defineRule(
  {
    id: 'service/sync-failed',
    title: 'The cloud provider fails to set up a Service',
    why: 'What stands in Azure stays as it was: new ports, nodes and addresses do not arrive, and it tries again every few minutes.',
    remedy: 'Take away what the event names; the next try then succeeds by itself.',
    severity: 'high',
    source: "Kubernetes: service controller events; Azure's cloud provider: events",
  },
  { needs: ['services', 'serviceEvents'] },
  ({ services, serviceEvents }) => {
    const eventsOf = Map.groupBy(serviceEvents, (event) => `${event.namespace}/${event.service}`);
    return {
      faults: services
        .filter(({ loadBalancerClass }) => loadBalancerClass === undefined)
        .flatMap((service) => faultsOf(service, eventsOf.get(subjectText(service)) ?? [])),
    };
  },
);

/** What each reason of a warning says has failed. */
const failures: ReadonlyMap<string, string> = new Map([
  ['SyncLoadBalancerFailed', 'the load balancer could not be set up'],
  ['UpdateLoadBalancerFailed', 'nodes could not be brought into the backend pools'],
  ['UnAvailableLoadBalancer', 'no node may be a backend'],
  ['DeleteLoadBalancerFailed', 'what Azure had for the Service could not be removed'],
  ['FailedToFindLoadBalancerForNode', 'a node is on no load balancer'],
  [
    'LoadBalancerBackendPoolUpdateFailed',
    'the backend pool of the Service could not follow its pods',
  ],
  ['DeletingFrontendIPConfiguration', 'others still use the frontend that should go'],
  ['CreateOrUpdatePublicIPAddress', 'the public IP address could not be written'],
  ['DeletePublicIPAddress', 'the public IP address could not be deleted'],
  ['ListLoadBalancers', 'the load balancers could not be read'],
  ['DeleteLoadBalancer', 'the load balancer could not be deleted'],
  ['CreateOrUpdateInterface', 'a network interface could not be written'],
  ['FailedToStartServiceHealthcheck', 'kube-proxy could not open the health check port on a node'],
]);

/** What says that a failure is over; some failures have a word of their own for it. */
const successes = ['EnsuredLoadBalancer', 'UpdatedLoadBalancer'];
const ownSuccess: ReadonlyMap<string, string> = new Map([
  ['LoadBalancerBackendPoolUpdateFailed', 'LoadBalancerBackendPoolUpdated'],
  ['DeleteLoadBalancerFailed', 'DeletedLoadBalancer'],
]);

/** A Service that is being deleted counts: its finalizer waits for Azure. */
function faultsOf(service: LoadBalancerService, events: readonly ServiceEvent[]): readonly Fault[] {
  const open = events
    .filter(({ type, reason }) => type === 'Warning' && failures.has(reason))
    .filter((failure) => !isOver(failure, events))
    .toSorted((a, b) => compareText(b.lastSeen, a.lastSeen) || compareText(a.reason, b.reason));
  const [newest] = open;
  return newest === undefined ? [] : [faultOf(service, newest, open)];
}

function isOver(failure: ServiceEvent, events: readonly ServiceEvent[]): boolean {
  const since = Date.parse(failure.lastSeen);
  return events.some(
    ({ reason, lastSeen }) =>
      (successes.includes(reason) || reason === ownSuccess.get(failure.reason)) &&
      Date.parse(lastSeen) > since,
  );
}

function faultOf(
  service: LoadBalancerService,
  newest: ServiceEvent,
  open: readonly ServiceEvent[],
): Fault {
  const name = subjectText(service);
  const said = excerpt(newest.message);
  return {
    subject: serviceSubject(service),
    title: `The cloud provider fails to ${service.deleting ? 'remove' : 'set up'} ${name}`,
    message: `What Azure has for ${name} stays as it was: ${failures.get(newest.reason) ?? newest.reason} (${newest.reason}${newest.lastSeen === '' ? '' : `, ${newest.lastSeen}`}), and nothing newer says that it is over.${said === '' ? '' : ` It says "${said}".`}`,
    causes: distinct(open.map(({ reason }) => codeOf(reason))),
    evidence: {
      events: open.slice(0, 10).map(({ reason, message, lastSeen }) => ({
        reason,
        message: excerpt(message),
        lastSeen: lastSeen === '' ? 'not known' : lastSeen,
      })),
    },
    fixes: [
      lookAtEvents(service),
      { ...reconcile(service), title: 'Let it try again at once, when the cause is gone' },
    ],
  };
}

/** `SyncLoadBalancerFailed` → `sync-load-balancer-failed` */
function codeOf(reason: string): string {
  return reason.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/gu, '-').toLowerCase();
}
