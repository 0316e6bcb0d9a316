import { armKinds } from './arm/lists.ts';
import { isMetricsHost } from './arm/metrics.ts';
import type { SimulatedRequest } from './http.ts';
import { readPath } from './kubernetes/answer.ts';
import { bearer } from './http.ts';
import { readToken, type Audience } from './tokens.ts';

/** What was asked, without what the asker must not leave behind: no token, no body. */
export interface LoggedRequest {
  readonly method: string;
  readonly host: string;
  /** Ids and names of the path as `{…}`; the path as it came where no operation is known by it. */
  readonly template: string;
  readonly path: string;
  readonly query: string;
  /** Whom the token was for; `undefined` = none was sent. */
  readonly audience: Audience | 'unreadable' | undefined;
  /** `broken` and `hang` are no status. */
  readonly outcome: number | 'broken' | 'hang';
}

/** `METHOD host-kind template`, for allow-lists: hosts of clusters are one kind. */
export function operationOf({ method, host, template }: LoggedRequest): string {
  const kind = host.endsWith('.azmk8s.io') ? 'kubernetes' : isMetricsHost(host) ? 'metrics' : host;
  return `${method} ${kind} ${template}`;
}

export interface RequestLog {
  readonly entries: () => readonly LoggedRequest[];
  /** Requests in all, those too that are not kept. */
  readonly count: () => number;
  /** Distinct operations, sorted. */
  readonly operations: () => readonly string[];
  /** How often each was asked for. */
  readonly counts: () => ReadonlyMap<string, number>;
  readonly clear: () => void;
  readonly add: (request: SimulatedRequest, outcome: LoggedRequest['outcome']) => void;
}

/** Keeps the last `limit` requests; operations are counted for all of them. */
export function requestLog(limit = 100_000): RequestLog {
  let entries: LoggedRequest[] = [];
  let operations = new Map<string, number>();
  let count = 0;
  return {
    entries: () => entries,
    count: () => count,
    operations: () => [...operations.keys()].toSorted(),
    counts: () => operations,
    clear() {
      entries = [];
      operations = new Map();
      count = 0;
    },
    add(request, outcome) {
      const token = bearer(request);
      const entry: LoggedRequest = {
        method: request.method,
        host: request.url.hostname,
        template: templateOf(request.url),
        path: request.url.pathname,
        query: request.url.search,
        audience: token === undefined ? undefined : (readToken(token)?.audience ?? 'unreadable'),
        outcome,
      };
      const operation = operationOf(entry);
      operations.set(operation, (operations.get(operation) ?? 0) + 1);
      count += 1;
      entries.push(entry);
      if (entries.length > limit * 1.1) entries = entries.slice(-limit);
    },
  };
}

function templateOf(url: URL): string {
  return url.hostname.endsWith('.azmk8s.io') ? kubernetesTemplate(url) : armTemplate(url.pathname);
}

function kubernetesTemplate({ pathname }: URL): string {
  const path = readPath(pathname);
  if (path === undefined) return pathname;
  const root = path.kind.group === '' ? '/api/v1' : `/apis/${path.kind.apiVersion}`;
  const inside = path.namespace === undefined ? '' : '/namespaces/{namespace}';
  return `${root}${inside}/${path.kind.resource}${path.name === undefined ? '' : '/{name}'}`;
}

/** The segment after one of these is a name. */
const named = new Map([
  ['subscriptions', '{subscriptionId}'],
  ['resourcegroups', '{resourceGroupName}'],
  ['loadbalancingrules', '{ruleName}'],
  ['locations', '{location}'],
  ['operationresults', '{operationId}'],
  ...[...armKinds.keys()].map((kind): [string, string] => [kind, '{resourceName}']),
]);

function armTemplate(pathname: string): string {
  let before: string | undefined;
  return pathname
    .split('/')
    .map((segment) => {
      const placeholder = before === undefined ? undefined : named.get(before.toLowerCase());
      before = segment;
      return placeholder !== undefined && segment !== ''
        ? placeholder
        : (spelling.get(segment.toLowerCase()) ?? segment);
    })
    .join('/');
}

/** Callers spell the same segment in several ways; the log has one. */
const spelling: ReadonlyMap<string, string> = new Map(
  [
    'subscriptions',
    'resourceGroups',
    'providers',
    'Microsoft.ContainerService',
    'Microsoft.Network',
    ...armKinds.values(),
    'loadBalancingRules',
    'health',
    'operationResults',
    'Microsoft.ResourceGraph',
    'metrics:getBatch',
    'listClusterUserCredential',
    'listClusterAdminCredential',
  ].map((text) => [text.toLowerCase(), text]),
);
