import { groupsOf } from '../../facts/groups.ts';
import { isRecent } from '../../facts/recent-changes.ts';
import { editObject, lookAtBackend } from '../../fixes/ingress-fixes.ts';
import { distinct, hostNames, hostsText } from '../../fixes/text.ts';
import {
  counted,
  kindAndName,
  listed,
  percent,
  reasonOf,
  subjectText,
  type Workload,
} from '../../model/index.ts';
import { secondHop, type HopRoute, type HopTarget } from '../../traffic/index.ts';
import { defineRule, type Fault, type Unjudged } from '../rule.ts';

/** Finds Ingresses and routes whose backend Service has no ready endpoint. */
export const noReadyBackend = defineRule(
  {
    id: 'ingress/no-ready-backend',
    title: 'No pod behind a route is ready',
    why: 'The gateway returns 503 for the host and path until a pod becomes ready.',
    remedy: 'Check why the pods are missing or not ready, or remove the backend from the route.',
    severity: 'high',
    source:
      'Gateway API: HTTPRouteRule, backendRefs; Kubernetes: EndpointSlices and their conditions',
  },
  { needs: [secondHop] },
  ({ secondHop: { routes, unread, unreadWorkloads }, cluster }) => {
    const dead: Dead[] = [];
    const unjudged: Unjudged[] = [];
    for (const route of routes) {
      if (route.redirects || route.shadowed === true || !takesPart(route.canary)) continue;
      for (const target of route.targets) {
        const { state } = target;
        if (target.alternative === true) continue;
        if ((target.kind === 'Service' || target.unread === true) && state.kind === 'unknown')
          unjudged.push({
            subject: route.source,
            why: `Service ${subjectText(target)}: ${state.why}`,
          });
        if (state.kind !== 'no-ready' || target.permitted === 'no' || target.part === 0) continue;
        if (isRecent(cluster, state.service.createdAt)) continue;
        const [unreadKind] = unreadWorkloads;
        // Nobody there, and nobody known who should be: it may be scaled to zero.
        if (unreadKind !== undefined && state.endpoints === 0 && target.workloads.every(isAtZero))
          unjudged.push({
            subject: route.source,
            ...reasonOf(
              unreadKind,
              `whether ${subjectText(target)} is scaled to zero is not known: ${unreadKind.why}`,
            ),
          });
        else dead.push({ route, target });
      }
    }
    const bySource = groupsOf(dead, ({ route: { source } }) => kindAndName(source));
    return {
      faults: bySource.map(faultOf),
      unknown: [...unread, ...unjudged],
    };
  },
);

/** A canary that has no part to take has nothing to lose. */
function takesPart(canary: HopRoute['canary']): boolean {
  return canary === undefined || canary.kind === 'takes';
}

interface Dead {
  readonly route: HopRoute;
  readonly target: HopTarget;
}

function faultOf(dead: readonly [Dead, ...Dead[]]): Fault {
  const [first] = dead;
  const { kind, namespace, name } = first.route.source;
  const hosts = distinct(dead.map(({ route }) => route.host));
  const services = distinct(dead.map(({ target }) => subjectText(target)));
  const zero = dead.every(({ target }) => isScaledToZero(target));
  const canary = first.route.canary !== undefined;
  const worst = Math.max(...dead.map(({ target }) => target.part ?? 0));
  return {
    subject: { kind, namespace, name },
    severity: zero ? 'info' : canary ? 'low' : 'high',
    title: zero
      ? `${hostsText(hosts, 2)}: the backend is scaled to zero`
      : `${hostsText(hosts, 2)}: no pod behind ${canary ? 'canary ' : ''}${listed(services, 2)} is ready`,
    message: `${canary ? `Canary ${kind} ${subjectText(first.route.source)} gets no requests for ${hostsText(hosts)}, and none fail, because NGINX sends them to the Ingress beside it` : `${worst === 0 ? 'Some' : percent(worst)} of the requests to ${kind} ${subjectText(first.route.source)} for ${hostsText(hosts)} on the affected paths fail with 503`}: ${listed(services, 3)} ${services.length === 1 ? 'has' : 'have'} no ready endpoint. ${zero ? 'Every workload behind it has 0 replicas, probably on purpose.' : whoIsThere(first.target)}`,
    causes: [
      zero
        ? 'scaled-to-zero'
        : canary
          ? 'canary-not-ready'
          : hasEndpoints(first.target)
            ? 'pods-not-ready'
            : 'no-pods',
    ],
    evidence: {
      hosts: hostNames(hosts),
      backends: dead.map(({ route, target }) => ({
        host: route.host || '*',
        path: route.path,
        service: subjectText(target),
        port: target.port ?? 'none',
        part: target.part ?? 'depends on the client',
        endpoints: target.state.kind === 'no-ready' ? target.state.endpoints : 0,
        workloads: target.workloads.map((each) => `${each.kind} ${each.name}`),
      })),
    },
    fixes: [
      lookAtBackend(first.target.namespace, first.target.name),
      editObject(first.route.source, 'Remove the backend from the route', [
        'its requests go to the other backends, or fail with 404 or 500',
      ]),
    ],
  };
}

function isScaledToZero({ workloads }: HopTarget): boolean {
  return workloads.length > 0 && workloads.every(isAtZero);
}

function isAtZero({ replicas }: Workload): boolean {
  return replicas === 0;
}

function hasEndpoints({ state }: HopTarget): boolean {
  return state.kind === 'no-ready' && state.endpoints > 0;
}

function whoIsThere({ state, workloads }: HopTarget): string {
  const count = state.kind === 'no-ready' ? state.endpoints : 0;
  if (count > 0)
    return `${counted(count, 'endpoint')} ${count === 1 ? 'exists but is' : 'exist but are'} not ready.`;
  if (state.kind === 'no-ready' && state.service.selector === undefined)
    return 'It has neither a selector nor endpoints.';
  return workloads.length === 0
    ? 'Its selector matches no known workload.'
    : `${listed(workloads.map((each) => `${each.kind} ${each.name}`))} ${workloads.length === 1 ? 'has' : 'have'} no pods.`;
}
