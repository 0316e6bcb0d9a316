import { groupsOf } from '../../facts/groups.ts';
import { isRecent } from '../../facts/recent-changes.ts';
import { editObject, lookAtBackend } from '../../fixes/ingress-fixes.ts';
import { distinct, hostNames, hostsText, itemized, percent } from '../../fixes/text.ts';
import { subjectText, type SubjectKind } from '../../model/index.ts';
import { secondHop, type HopRoute, type HopTarget } from '../../traffic/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';

/** Finds Ingresses and routes that send requests to a Service, or to a port of one, that does not exist. */
export const backendMissing = defineRule(
  {
    id: 'ingress/backend-missing',
    title: 'Route refers to a Service or port that does not exist',
    why: 'Its share of requests fails with 500 or 503, even if the gateway is healthy.',
    remedy: 'Correct the name or port of the backend, create the Service, or remove the route.',
    severity: 'high',
    source: 'Gateway API: HTTPRouteRule, backendRefs; Kubernetes: Ingress backends',
  },
  { needs: [secondHop] },
  ({ secondHop: { routes, unread }, cluster }) => {
    const broken = routes
      .filter(({ source, redirects }) => !redirects && !isRecent(cluster, source.createdAt))
      .flatMap((route) =>
        route.targets.filter(isMissing).map((target): Broken => ({ route, target })),
      );
    const bySource = groupsOf(broken, ({ route: { source } }) =>
      JSON.stringify([source.kind, source.namespace, source.name]),
    );
    return { faults: bySource.map(faultOf), unknown: unread };
  },
);

interface Broken {
  readonly route: HopRoute;
  readonly target: HopTarget;
}

/** A reference that is not granted is another finding: whether its object exists is not for it to know. */
function isMissing({ permitted, state }: HopTarget): boolean {
  return permitted === 'yes' && (state.kind === 'missing-service' || state.kind === 'missing-port');
}

function faultOf(broken: readonly [Broken, ...Broken[]]): Fault {
  const [first] = broken;
  const { kind, namespace, name } = first.route.source;
  const hosts = distinct(broken.map(({ route }) => route.host));
  const backends = distinct(broken.map(({ target }) => whatIsMissing(target)));
  const worst = Math.max(...broken.map(({ target }) => target.part ?? 0));
  const idle = broken.every(({ target }) => target.part === 0);
  const own = subjectText(first.route.source);
  return {
    subject: { kind: kind satisfies SubjectKind, namespace, name },
    severity: idle ? 'low' : 'high',
    title: `${hostsText(hosts, 2)}: ${kind} ${own} refers to ${first.target.state.kind === 'missing-port' ? 'a port' : 'a Service'} that does not exist`,
    message: `${idle ? 'No requests fail at the moment because the weight of the backend is 0' : `${worst === 0 ? 'Some' : percent(worst)} of the requests to ${hostsText(hosts)} on the affected paths fail with 500 or 503`}: ${itemized(backends, 4)}.`,
    causes: distinct(
      broken.map(({ target }) =>
        target.state.kind === 'missing-port' ? 'port-missing' : 'service-missing',
      ),
    ),
    evidence: {
      hosts: hostNames(hosts),
      backends: broken.map(({ route, target }) => ({
        host: route.host || '*',
        path: route.path,
        service: `${target.namespace}/${target.name}`,
        port: target.port ?? 'none',
        part: target.part ?? 'depends on the client',
        ...(target.state.kind === 'missing-port' && {
          ports: target.state.service.ports.map(({ port }) => port),
        }),
      })),
    },
    fixes: [
      editObject(first.route.source, 'Correct the backend of the route', [
        'requests go to the new backend immediately',
      ]),
      lookAtBackend(first.target.namespace, first.target.name),
    ],
  };
}

function whatIsMissing({ namespace, name, port, state }: HopTarget): string {
  if (state.kind !== 'missing-port') return `Service ${namespace}/${name} does not exist`;
  const ports = state.service.ports.map((each) => `${each.port}${each.name && ` (${each.name})`}`);
  return `Service ${namespace}/${name} has no port ${port ?? 'for it'}, only ${ports.join(', ') || 'none'}`;
}
