import type { Cursor } from '../input/cursor.ts';
import type {
  GatewayRouteRule,
  PathMatch,
  RouteBackend,
  RouteKind,
  RouteMatch,
  ValueMatch,
} from '../model/index.ts';
import { parseReference } from './parse-objects.ts';

/** A rule of an HTTPRoute or GRPCRoute; without matches it has the one that every request satisfies. */
export function parseRouteRule(rule: Cursor, kind: RouteKind): GatewayRouteRule {
  const matches = rule
    .objects('matches')
    .map(kind === 'HTTPRoute' ? parseHttpMatch : parseGrpcMatch);
  const filters = rule.objects('filters').map((filter) => filter.text('type', 64));
  return {
    matches: matches.length > 0 ? matches : [everything],
    backends: parseBackends(rule),
    redirects: filters.includes('RequestRedirect'),
    ...(filters.includes('ExtensionRef') && { mayAnswer: true }),
  };
}

const everything: RouteMatch = {
  path: { type: 'PathPrefix', value: '/' },
  headers: [],
  queryParams: [],
};

/** Where the weight of one is not known, that of none is. */
function parseBackends(rule: Cursor): readonly RouteBackend[] {
  const backends = rule.objects('backendRefs').map((backend) => ({
    ...parseBackend(backend),
    weight: backend.count('weight', 0, 1_000_000),
    weighs: backend.at('weight').value !== undefined,
  }));
  const isUnread = backends.some(({ weight, weighs }) => weighs && weight === undefined);
  return backends.map(({ weight = 1, weighs: _weighs, ...backend }) => ({
    ...backend,
    weight,
    ...(isUnread && { unread: true as const }),
  }));
}

function parseBackend(backend: Cursor): Omit<RouteBackend, 'weight'> {
  const port = backend.count('port', 1, 65_535);
  const isUnread = port === undefined && backend.at('port').value !== undefined;
  return {
    ...parseReference(backend, { group: '', kind: 'Service' }),
    ...(port !== undefined && { port }),
    ...(isUnread && { unread: true as const }),
  };
}

function parseHttpMatch(match: Cursor): RouteMatch {
  const path = match.at('path');
  const method = match.text('method', 16);
  return {
    path: { type: path.text('type', 64) ?? 'PathPrefix', value: path.text('value') ?? '/' },
    ...(method !== undefined && { method }),
    headers: match.objects('headers').map((each) => parseValue(each, true)),
    queryParams: match.objects('queryParams').map((each) => parseValue(each, false)),
  };
}

/** A gRPC call is a POST to `/Service/Method`: a service alone is a prefix, a method alone an expression. */
function parseGrpcMatch(match: Cursor): RouteMatch {
  const method = match.at('method');
  return {
    path: grpcPath(
      method.text('type', 64) ?? 'Exact',
      method.text('service'),
      method.text('method'),
    ),
    headers: match.objects('headers').map((each) => parseValue(each, true)),
    queryParams: [],
  };
}

function grpcPath(type: string, service = '', method = ''): PathMatch {
  if (service === '' && method === '') return everything.path;
  if (type !== 'Exact')
    return { type: 'RegularExpression', value: `/${service || '[^/]+'}/${method || '[^/]+'}` };
  if (method === '') return { type: 'PathPrefix', value: `/${service}` };
  return service === ''
    ? {
        type: 'RegularExpression',
        value: `/[^/]+/${method.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`)}`,
      }
    : { type: 'Exact', value: `/${service}/${method}` };
}

/** Names of headers have no letter case, those of query parameters do. */
function parseValue(each: Cursor, header: boolean): ValueMatch {
  const name = each.text('name', 256) ?? '';
  return {
    name: header ? name.toLowerCase() : name,
    type: each.text('type', 64) ?? 'Exact',
    value: each.text('value', 4096) ?? '',
  };
}
