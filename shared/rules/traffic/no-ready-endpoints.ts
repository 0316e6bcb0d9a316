import { kubectl } from '../../fixes/commands.ts';
import {
  compacted,
  counted,
  listed,
  serviceSubject,
  subjectText,
  type EndpointSlice,
  type IpFamily,
  type LoadBalancerService,
  type ServicePort,
} from '../../model/index.ts';
import { endpointsOf, slicesByService, hostsOfServices } from '../../traffic/index.ts';
import { hasNoRule } from '../../load-balancing/index.ts';
import { defineRule, judgeEach, portEvidence, type Fault } from '../rule.ts';
import { editService, lookAtPods, selectorOf } from '../../fixes/service-fixes.ts';
import { unjudged, workloadsBehind, type BackingWorkloads } from '../../facts/index.ts';
import { quoted } from '../../fixes/text.ts';
import { withHosts } from '../hosts-behind.ts';

/**
 * Finds Services behind which no pod is ready, as a whole or for one of their ports or families, and
 * those without a selector that have no endpoint; scaled to zero is worth a note only.
 */
export const noReadyEndpoints = defineRule(
  {
    id: 'traffic/no-ready-endpoints',
    title: 'No pod behind a Service is ready',
    why: 'All connections fail until a pod becomes ready.',
    remedy: 'Check why the pods are missing or not ready, and whether the selector matches them.',
    severity: 'high',
    source: 'Kubernetes: EndpointSlices and their conditions',
  },
  { needs: ['services', 'endpointSlices', workloadsBehind], fixes: [hostsOfServices] },
  ({ services, endpointSlices, workloadsBehind: behind, hostsOfServices: hosts }) => {
    const slicesOf = slicesByService(endpointSlices);
    return judgeEach(services, (service) => {
      if (service.deleting || service.loadBalancerClass !== undefined) return undefined;
      const slices = slicesOf.get(subjectText(service)) ?? [];
      if (service.selector === undefined || service.selector.size === 0)
        return slices.every(({ endpoints }) => endpoints.length === 0)
          ? unmanagedFault(service)
          : undefined;
      const dead = portsOf(service, slices).filter((port) => port.ready === 0);
      if (dead.length === 0) return undefined;
      if (slices.some((slice) => slice.endpoints.some((each) => each.ready)))
        return withHosts(hosts, service, portFault(service, dead));
      const around = behind(service);
      const reasons = mayBeIdle(around) ? around.unread.slice(0, 1) : [];
      return [
        withHosts(hosts, service, serviceFault(service, slices, around)),
        ...reasons.flatMap((reason) => unjudged([service], reason)),
      ];
    });
  },
);

/** Every workload that was read has 0 replicas, and another one that has some may not have been read. */
function mayBeIdle({ workloads, unread }: BackingWorkloads): boolean {
  return unread.length > 0 && workloads.every((each) => each.replicas === 0);
}

/** Somebody else was to write the endpoints. */
function unmanagedFault(service: LoadBalancerService): Fault {
  const name = subjectText(service);
  return {
    subject: serviceSubject(service),
    title: `${name} has no selector and no endpoints`,
    message: `All new connections to ${name} fail: it has no selector, and its EndpointSlices contain no address.`,
    causes: ['no-endpoints'],
    evidence: { selector: [], endpoints: 0, ports: service.ports.map(({ port }) => port) },
    fixes: [
      editService(service, 'Give the Service a selector'),
      {
        title: 'Create the EndpointSlices manually',
        steps: [
          kubectl(
            `-n ${quoted(service.namespace)} get endpointslices -l kubernetes.io/service-name=${quoted(service.name)}`,
          ),
        ],
        price: ['the addresses must be kept up to date manually'],
      },
    ],
  };
}

interface FamilyPort {
  readonly port: ServicePort;
  readonly family: IpFamily;
  readonly endpoints: number;
  readonly ready: number;
}

/** Every port in every family, but for ports that are to have no rule in Azure. */
function portsOf(
  service: LoadBalancerService,
  slices: readonly EndpointSlice[],
): readonly FamilyPort[] {
  return service.ports
    .filter(({ port }) => !hasNoRule(service.annotations, port))
    .flatMap((port) =>
      service.ipFamilies.map((family) => {
        const { all } = endpointsOf(slices, port, family);
        const ready = all.filter((endpoint) => endpoint.ready).length;
        return { port, family, endpoints: all.length, ready };
      }),
    );
}

/** Pods are ready, but none of them serves these ports. */
function portFault(service: LoadBalancerService, dead: readonly FamilyPort[]): Fault {
  const name = subjectText(service);
  const dual = service.ipFamilies.length > 1;
  const ports = dead.map(
    ({ port, family }) => `${port.port}/${port.protocol}${dual ? ` (${family})` : ''}`,
  );
  const where = `${ports.length === 1 ? 'port' : 'ports'} ${listed(ports)}`;
  return {
    subject: serviceSubject(service),
    title: `No pod behind ${name} is ready for ${where}`,
    message: `Connections to ${where} fail although pods behind ${name} are ready: none of them serves ${ports.length === 1 ? 'it' : 'them'}. Usual causes: a targetPort name that no container has, a port that no container opens, or pods without an address of the IP family.`,
    causes: ['port-without-endpoints'],
    evidence: {
      ports: dead.map(({ port, family, endpoints }) => ({
        ...portEvidence({ ...port, family }),
        endpoints,
      })),
      selector: selectorOf(service),
    },
    fixes: [lookAtPods(service), editService(service, 'Correct the Service’s selector or ports')],
  };
}

function serviceFault(
  service: LoadBalancerService,
  slices: readonly EndpointSlice[],
  { workloads, unread }: BackingWorkloads,
): Fault {
  const name = subjectText(service);
  const endpoints = slices.reduce((sum, slice) => sum + slice.endpoints.length, 0);
  const ending = endingOf(slices);
  const scaledToZero =
    unread.length === 0 && workloads.length > 0 && workloads.every((each) => each.replicas === 0);
  const selector = selectorOf(service);
  const pods = endpoints > 0 ? 'pods-not-ready' : 'no-pods';
  return {
    subject: serviceSubject(service),
    // Scaled to zero would be a note: not high before that is known.
    severity: scaledToZero || mayBeIdle({ workloads, unread }) ? 'info' : 'high',
    title: scaledToZero ? `${name} is scaled to zero` : `No pod behind ${name} is ready`,
    message: `${scaledToZero ? 'All connections fail, probably on purpose: every workload that the selector matches has 0 replicas.' : `${whoAnswers(ending)} ${why(endpoints, { workloads, unread })}`} The selector is ${listed(selector)}.`,
    causes: [scaledToZero ? 'scaled-to-zero' : pods],
    evidence: {
      endpoints,
      ...(ending > 0 && { stillServing: ending }),
      selector,
      workloads: workloads.map(({ kind, name: workload, replicas }) => ({
        kind,
        name: workload,
        ...(replicas !== undefined && { replicas }),
      })),
      ...(unread.length > 0 && { notRead: unread.map(({ slice }) => slice) }),
    },
    fixes: compacted([
      lookAtPods(service),
      pods === 'no-pods' && editService(service, 'Correct the Service’s selector or ports'),
    ]),
  };
}

/** Pods that end may serve to their last second: kube-proxy turns to them where none is ready. */
function endingOf(slices: readonly EndpointSlice[]): number {
  const endpoints = slices.flatMap((slice) => slice.endpoints);
  return endpoints.filter((each) => each.serving && each.terminating).length;
}

function whoAnswers(ending: number): string {
  return ending > 0
    ? 'Only terminating pods can still serve connections, for a short time.'
    : 'All connections fail.';
}

function why(endpoints: number, { workloads, unread }: BackingWorkloads): string {
  if (endpoints > 0)
    return `${counted(endpoints, 'endpoint exists', 'endpoints exist')} but none is ready.`;
  if (unread.length > 0)
    return 'The selector matches no running pod; workloads could not be read, so it may be scaled to zero.';
  if (workloads.length === 0)
    return 'The selector matches no Deployment, StatefulSet or DaemonSet in the namespace.';
  return `The selector matches the pods of ${listed(workloads.map((each) => `${each.kind} ${each.name}`))}, but none is running.`;
}
