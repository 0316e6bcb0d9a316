import {
  canaryPart,
  isCanary,
  nginxRedirects,
  nginxSpread,
  pathKey,
  redirectedName,
  serverAliases,
  type Controller,
} from '../../load-balancing/index.ts';
import { compacted, subjectText, type Ingress, type IngressBackend } from '../../model/index.ts';
import { derived } from '../derived.ts';
import { groupsOf } from '../groups.ts';
import { isRecent } from '../recent-changes.ts';
import { withCanaries, type RouteClaim } from './canaries.ts';
import { ingressClassesServed, type ServedIngress } from './ingress-classes.ts';
import { withShadows } from './precedence.ts';
import type {
  EntryPoint,
  HostRoute,
  RouteName,
  RouteTarget,
  ApiRouting,
  Unserved,
} from './types.ts';

/** Hosts and paths of the Ingresses, by the class that serves them. */
export const ingressRoutes = derived(
  'ingressRoutes',
  {
    needs: ['ingresses', 'ingressClasses', 'services'],
    helps: ['deployments', 'daemonSets'],
  },
  (given): ApiRouting => {
    const { entryPoints, served, unserved, undecided } = ingressClassesServed(given);
    const routes = [
      ...nginxRoutes(served.filter(isNginx)),
      ...served.filter((each) => !isNginx(each)).flatMap(claimsOf),
    ];
    return {
      entryPoints,
      routes,
      unserved: [
        ...unserved,
        ...canariesWithoutMain(
          routes.filter(({ source }) => !isRecent(given.cluster, source.createdAt)),
          routes,
        ),
      ],
      unresolved: [],
      certificates: [],
      undecided,
    };
  },
);

function isNginx({ entryPoint }: ServedIngress): boolean {
  return entryPoint.controller.nginx === true;
}

/** Of one NGINX, the oldest claim has the requests; canaries and further names of its hosts join it. */
function nginxRoutes(served: readonly ServedIngress[]): readonly HostRoute[] {
  const wants = new Map(
    served.flatMap(({ ingress }) =>
      isCanary(ingress) ? [[ingress, { part: canaryPart(ingress) }] as const] : [],
    ),
  );
  const mains = served.filter(({ ingress }) => !wants.has(ingress));
  const claims = [
    ...withShadows(withOtherNames(mains)).map((route): RouteClaim => ({ route })),
    ...served.flatMap((each) => {
      const want = wants.get(each.ingress);
      return want === undefined
        ? []
        : claimsOf(each).map((route): RouteClaim => ({ route, wants: want }));
    }),
  ];
  return withCanaries(claims);
}

function claimsOf({ ingress, entryPoint }: ServedIngress): readonly HostRoute[] {
  const { controller } = entryPoint;
  const base = {
    source: sourceOf(ingress),
    entryPoint: entryPoint.id,
    server: serverOf(entryPoint),
    redirects: controller.nginx === true && nginxRedirects(ingress),
  };
  const claim = (
    host: string,
    path: string,
    pathType: string,
    backend: IngressBackend,
  ): HostRoute => ({
    ...base,
    host,
    path,
    pathType,
    key: pathKey({ path, pathType }),
    targets: [targetOf(ingress, backend, controller)],
  });
  return compacted([
    ...ingress.rules.flatMap(({ host, paths }) =>
      paths.map(({ path, pathType, backend }) => claim(host, path, pathType, backend)),
    ),
    ingress.defaultBackend !== undefined &&
      claim('', '/', 'default backend', ingress.defaultBackend),
  ]);
}

function sourceOf({ namespace, name, createdAt }: Ingress): RouteName {
  return { kind: 'Ingress', namespace, name, ...(createdAt !== undefined && { createdAt }) };
}

/** Classes of one controller are one NGINX, unless their Ingresses have different frontends. */
function serverOf({ id, instance, services }: EntryPoint): string {
  return instance === undefined || services.length === 0
    ? id
    : JSON.stringify([instance, ...services.map(subjectText).toSorted()]);
}

/** A name that an Ingress has as a host of its own is nobody's alias or redirect. */
function withOtherNames(served: readonly ServedIngress[]): readonly HostRoute[] {
  const claims = served.flatMap((each) => claimsOf(each));
  const byHost = Map.groupBy(claims, ({ server, host }) => JSON.stringify([server, host]));
  const taken = new Set(byHost.keys());
  const added: HostRoute[] = [];
  for (const { ingress, entryPoint } of served) {
    const server = serverOf(entryPoint);
    for (const { host } of ingress.rules) {
      if (host === '') continue;
      const take = (name: string): boolean => {
        const key = JSON.stringify([server, name]);
        const isFree = !taken.has(key);
        taken.add(key);
        return isFree;
      };
      const own = byHost.get(JSON.stringify([server, host])) ?? [];
      for (const alias of serverAliases(ingress))
        if (take(alias)) added.push(...own.map((route) => ({ ...route, host: alias })));
      const other = redirectedName(ingress, host);
      if (other !== undefined && take(other))
        added.push({
          source: sourceOf(ingress),
          entryPoint: entryPoint.id,
          server,
          host: other,
          path: '/',
          pathType: 'Prefix',
          key: '/',
          redirects: true,
          targets: [],
        });
    }
  }
  return [...claims, ...added];
}

function targetOf(ingress: Ingress, backend: IngressBackend, controller: Controller): RouteTarget {
  const spreads =
    controller.nginx === true && nginxSpread(ingress) !== 'endpoints'
      ? 'unknown'
      : controller.spreads;
  const { namespace } = ingress;
  const rest = { namespace, part: 1, permitted: 'yes', spreads } as const;
  if (backend.kind === 'unread')
    return { ...rest, kind: 'Service', name: '?', port: undefined, unread: true };
  return backend.kind === 'service'
    ? { ...rest, kind: 'Service', name: backend.name, port: backend.port }
    : { ...rest, kind: backend.resource, name: backend.name, port: undefined };
}

/** Canaries with no Ingress beside them. Where no other Ingress has the host either, it gets 404. */
function canariesWithoutMain(
  routes: readonly HostRoute[],
  all: readonly HostRoute[],
): readonly Unserved[] {
  const known = new Set(
    all
      .filter(({ canary }) => canary === undefined)
      .map(({ server, host }) => JSON.stringify([server, host])),
  );
  const alone = routes.filter(({ canary }) => canary?.kind === 'alone');
  return groupsOf(alone, ({ source }) => subjectText(source)).map((claims) => ({
    subject: claims[0].source,
    code: 'canary-alone',
    by: '',
    hosts: [...new Set(claims.map(({ host }) => host))],
    ...(claims.every(({ server, host }) => known.has(JSON.stringify([server, host]))) && {
      harmless: true,
    }),
  }));
}
