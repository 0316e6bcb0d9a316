import type { BoundedCache } from '../cache.ts';
import type { FleetIndex } from '../fleet-index.ts';
import {
  json,
  type RequestOutcome,
  type SimulatedRequest,
  type SimulatedResponse,
} from '../http.ts';
import type { Layout } from '../layout.ts';
import { judgeToken } from '../tokens.ts';
import { kinds, type Kind } from './kinds.ts';
import { listPage, readQuery } from './list.ts';
import {
  badRequest,
  forbidden,
  methodNotAllowed,
  notFound,
  status,
  unauthorized,
} from './status.ts';

export interface KubernetesContext {
  readonly index: FleetIndex;
  readonly cache: BoundedCache<SimulatedResponse>;
  readonly nowMs: () => number;
}

/** Whether a host name is one of an AKS API server. */
export function isKubernetesHost(host: string): boolean {
  return host.endsWith('.azmk8s.io');
}

/** Answers as the API server of the cluster with this host name does, for reading only. */
export function answerKubernetes(
  context: KubernetesContext,
  request: SimulatedRequest,
): RequestOutcome {
  const layout = context.index.byHost(request.url.hostname);
  if (layout === undefined || !context.index.resolves(request.url.hostname))
    return { kind: 'broken', code: 'ENOTFOUND' };
  const { access } = layout.cluster;
  if (access.reachable === 'reset') return { kind: 'broken', code: 'ECONNRESET' };
  // Without Entra the API server knows no token at all.
  if (!access.entra || judgeToken(request, 'aks', context.nowMs()) !== 'ok') return unauthorized();
  return context.cache.get(
    `${request.method} ${request.url.host}${request.url.pathname}${request.url.search}`,
    () => authorised(layout, request),
  );
}

function authorised(layout: Layout, request: SimulatedRequest): SimulatedResponse {
  const { pathname, searchParams } = request.url;
  if (request.method !== 'GET') return methodNotAllowed();
  if (pathname === '/version') return json(200, version(layout));
  const path = readPath(pathname);
  if (path === undefined) return notFound(pathname);
  if (path.kind.group === 'gateway.networking.k8s.io' && !layout.cluster.routing.gatewayApi)
    return notFound(pathname);
  const { access } = layout.cluster;
  const verb = path.name === undefined ? 'list' : 'get';
  if (access.denied.includes(path.kind.resource))
    return forbidden(verb, path.kind, path.namespace, access.azureRbac);
  if (searchParams.get('watch') === 'true' || searchParams.get('watch') === '1')
    return badRequest('the simulator does not watch');
  if (path.name !== undefined) return singleObject(layout, path.kind, path.namespace, path.name);
  const query = readQuery(path.kind, path.namespace, searchParams);
  return 'status' in query ? query : listPage(layout, path.kind, query);
}

interface ResourcePath {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** `/api/v1/…` or `/apis/GROUP/VERSION/…`, with `namespaces/NS/` before the resource where there is one. */
export function readPath(pathname: string): ResourcePath | undefined {
  const [root, ...parts] = pathname.split('/').filter((part) => part !== '');
  const core = root === 'api';
  if (!core && root !== 'apis') return undefined;
  const apiVersion = core ? (parts[0] ?? '') : `${parts[0] ?? ''}/${parts[1] ?? ''}`;
  const rest = parts.slice(core ? 1 : 2);
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2;
  const [resource, name, ...tail] = inNamespace ? rest.slice(2) : rest;
  const kind = kinds.find((one) => one.apiVersion === apiVersion && one.resource === resource);
  if (kind === undefined || tail.length > 0 || (inNamespace && !kind.namespaced)) return undefined;
  return { kind, namespace: inNamespace ? rest[1] : undefined, name };
}

function singleObject(
  layout: Layout,
  kind: Kind,
  namespace: string | undefined,
  name: string,
): SimulatedResponse {
  const rows = kind.rows(layout);
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows.at(index);
    if (row !== undefined && row.namespace === namespace && row.name() === name)
      return json(200, { kind: kind.kind, apiVersion: kind.apiVersion, ...row.json() });
  }
  return status(404, 'NotFound', `${kind.resource} "${name}" not found`, {
    details: { name, kind: kind.resource },
  });
}

function version({ cluster }: Layout): object {
  const [major, minor] = cluster.kubernetesVersion.split('.');
  return {
    major,
    minor,
    gitVersion: `v${cluster.kubernetesVersion}`,
    gitTreeState: 'clean',
    goVersion: 'go1.24.9',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}
