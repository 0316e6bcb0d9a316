import { groupsOf } from '../../facts/groups.ts';
import { isRecent } from '../../facts/recent-changes.ts';
import { editObject, lookAtBackend } from '../../fixes/ingress-fixes.ts';
import { distinct, hostNames, hostsText, itemized } from '../../fixes/text.ts';
import {
  compacted,
  kindAndName,
  percent,
  subjectText,
  type SubjectKind,
} from '../../model/index.ts';
import { secondHop, type HopRoute, type HopTarget } from '../../traffic/index.ts';
import { defineRule, type EvidenceValue, type Fault } from '../rule.ts';

/** Finds Ingresses and routes whose requests go to a Service or port that does not exist, or to no backend at all. */
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
      .filter(
        ({ source, redirects, shadowed }) =>
          !redirects && shadowed !== true && !isRecent(cluster, source.createdAt),
      )
      .flatMap((route): readonly Broken[] =>
        hasNoBackend(route)
          ? [{ route, target: undefined }]
          : route.targets.filter(isMissing).map((target) => ({ route, target })),
      );
    const bySource = groupsOf(broken, ({ route: { source } }) => kindAndName(source));
    return { faults: bySource.map(faultOf), unknown: unread };
  },
);

/** A route, and the backend that does not exist; without one, no backend gets any of its requests. */
interface Broken {
  readonly route: HopRoute;
  readonly target: HopTarget | undefined;
}

function hasNoBackend({ canary, mayAnswer, targets }: HopRoute): boolean {
  if (canary !== undefined) return false;
  return targets.length === 0 ? mayAnswer !== true : targets.every(({ part }) => part === 0);
}

/** A reference that is not granted is another finding: whether its object exists is not for it to know. */
function isMissing({ permitted, state, alternative }: HopTarget): boolean {
  return (
    permitted === 'yes' &&
    alternative !== true &&
    (state.kind === 'missing-service' || state.kind === 'missing-port')
  );
}

function faultOf(broken: readonly [Broken, ...Broken[]]): Fault {
  const [first] = broken;
  const { kind, namespace, name } = first.route.source;
  const hosts = distinct(broken.map(({ route }) => route.host));
  const backends = distinct(broken.map(whatIsMissing));
  const own = subjectText(first.route.source);
  const idle = broken.every(({ route, target }) => target?.part === 0 || isCanary(route));
  const [target] = broken.flatMap((each) => each.target ?? []);
  return {
    subject: { kind: kind satisfies SubjectKind, namespace, name },
    severity: idle ? 'low' : 'high',
    title: `${hostsText(hosts, 2)}: ${kind} ${own} ${
      first.target === undefined
        ? 'has no backend that gets requests'
        : `refers to ${first.target.state.kind === 'missing-port' ? 'a port' : 'a Service'} that does not exist`
    }`,
    message: `${idle ? whyNoneFail(first.route) : `${partText(broken)} of the requests to ${hostsText(hosts)} on the affected paths fail with 500 or 503`}: ${itemized(backends, 4)}.`,
    causes: distinct(broken.map(causeOf)),
    evidence: {
      hosts: hostNames(hosts),
      backends: broken.map(evidenceOf),
    },
    fixes: compacted([
      editObject(first.route.source, 'Correct the backend of the route', [
        'requests go to the new backend immediately',
      ]),
      target !== undefined && lookAtBackend(target.namespace, target.name),
    ]),
  };
}

function isCanary({ canary }: HopRoute): boolean {
  return canary !== undefined;
}

function whyNoneFail(route: HopRoute): string {
  return isCanary(route)
    ? 'No requests fail, because NGINX sends them to the Ingress beside the canary'
    : 'No requests fail at the moment because the weight of the backend is 0';
}

function partText(broken: readonly Broken[]): string {
  const worst = Math.max(
    ...broken.map(({ target }) => (target === undefined ? 1 : (target.part ?? 0))),
  );
  return worst === 0 ? 'Some' : percent(worst);
}

function causeOf({ target, route }: Broken): string {
  if (target === undefined) return route.targets.length === 0 ? 'no-backend' : 'all-weights-zero';
  return target.state.kind === 'missing-port' ? 'port-missing' : 'service-missing';
}

function evidenceOf({ route, target }: Broken): EvidenceValue {
  const place = { host: route.host || '*', path: route.path };
  if (target === undefined) return { ...place, backends: route.targets.length };
  return {
    ...place,
    service: subjectText(target),
    port: target.port ?? 'none',
    part: target.part ?? 'depends on the client',
    ...(target.state.kind === 'missing-port' && {
      ports: target.state.service.ports.map(({ port }) => port),
    }),
  };
}

function whatIsMissing({ route, target }: Broken): string {
  if (target === undefined)
    return route.targets.length === 0
      ? `the rule for ${route.path} has no backend`
      : `all backends of the rule for ${route.path} have weight 0`;
  const { namespace, name, port, state } = target;
  if (state.kind !== 'missing-port') return `Service ${namespace}/${name} does not exist`;
  const ports = state.service.ports.map((each) => `${each.port}${each.name && ` (${each.name})`}`);
  return `Service ${namespace}/${name} has no port ${port ?? 'for it'}, only ${ports.join(', ') || 'none'}`;
}
