import type { Cursor } from '../input/cursor.ts';
import {
  present,
  scrubbed,
  type Condition,
  type Gateway,
  type GatewayClass,
  type GatewayListener,
  type GatewayRoute,
  type ParentReference,
  type ReferenceGrant,
  type RouteKind,
} from '../model/index.ts';
import { isDeleting, nameOf, parseReference } from './parse-objects.ts';
import { parseLabelSelector } from './parse-pod-spec.ts';
import { parseRouteRule } from './parse-route-rule.ts';

const gatewayGroup = 'gateway.networking.k8s.io';

/** A GatewayClass of Kubernetes JSON; `undefined` without a name. */
export function parseGatewayClass(item: Cursor): GatewayClass | undefined {
  const own = nameOf(item, false);
  if (own === undefined) return undefined;
  return {
    name: own.name,
    controllerName: item.at('spec').text('controllerName', 253) ?? '',
    conditions: parseConditions(item.at('status')),
  };
}

/** A Gateway with the conditions of its listeners; `undefined` without a name. */
export function parseGateway(item: Cursor): Gateway | undefined {
  const own = nameOf(item);
  if (own === undefined) return undefined;
  const spec = item.at('spec');
  const status = item.at('status');
  const statuses = new Map(
    status
      .objects('listeners')
      .map((each) => [each.text('name', 253) ?? '', parseConditions(each)]),
  );
  return {
    ...own,
    ...versionOf(item),
    className: spec.text('gatewayClassName', 253) ?? '',
    listeners: spec.objects('listeners').map((each) => parseListener(each, statuses)),
    addresses: addressesOf(status),
    wantedAddresses: addressesOf(spec),
    conditions: parseConditions(status),
    deleting: isDeleting(item),
  };
}

function addressesOf(from: Cursor): readonly string[] {
  return from.objects('addresses').flatMap((each) => each.text('value', 253) ?? []);
}

function parseListener(
  listener: Cursor,
  statuses: ReadonlyMap<string, readonly Condition[]>,
): GatewayListener {
  const name = listener.text('name', 253) ?? '';
  const hostname = listener.text('hostname', 253)?.toLowerCase();
  const allowed = listener.at('allowedRoutes');
  const namespaces = allowed.at('namespaces');
  const selector = parseLabelSelector(namespaces.at('selector'));
  return {
    name,
    port: listener.count('port', 1, 65_535) ?? 0,
    protocol: listener.text('protocol', 255) ?? '',
    ...(hostname !== undefined && hostname !== '' && { hostname }),
    namespacesFrom: namespaces.text('from', 64) ?? 'Same',
    ...(selector !== undefined && { namespaceSelector: selector }),
    kinds: allowed.objects('kinds').map((each) => ({
      group: each.text('group', 253) ?? gatewayGroup,
      kind: each.text('kind', 63) ?? '',
    })),
    certificates: listener
      .at('tls')
      .objects('certificateRefs')
      .map((each) => parseReference(each, { group: '', kind: 'Secret' })),
    conditions: statuses.get(name) ?? [],
  };
}

/** HTTPRoutes and GRPCRoutes: parents, hosts and the Services behind them. */
export function parseRoute(kind: RouteKind): (item: Cursor) => GatewayRoute | undefined {
  return (item) => {
    const own = nameOf(item);
    if (own === undefined) return undefined;
    const spec = item.at('spec');
    return {
      kind,
      ...own,
      ...versionOf(item),
      parents: spec.objects('parentRefs').map(parseParent),
      hostnames: spec.texts('hostnames').map((host) => host.toLowerCase()),
      rules: spec.objects('rules').map((rule) => parseRouteRule(rule, kind)),
      parentStatuses: item
        .at('status')
        .objects('parents')
        .map((each) => ({
          parent: parseParent(each.at('parentRef')),
          controllerName: each.text('controllerName', 253) ?? '',
          conditions: parseConditions(each),
        })),
      deleting: isDeleting(item),
    };
  };
}

function parseParent(parent: Cursor): ParentReference {
  const sectionName = parent.text('sectionName', 253);
  const port = parent.count('port', 1, 65_535);
  return {
    ...parseReference(parent, { group: gatewayGroup, kind: 'Gateway' }),
    ...(sectionName !== undefined && sectionName !== '' && { sectionName }),
    ...(port !== undefined && { port }),
  };
}

function parseConditions(status: Cursor): readonly Condition[] {
  return status.objects('conditions').map((each) => {
    const observedGeneration = each.count('observedGeneration');
    return {
      type: each.text('type', 316) ?? '',
      status: each.text('status', 64) ?? 'Unknown',
      reason: each.text('reason', 253) ?? '',
      message: scrubbed(each.text('message') ?? '', 300),
      ...(observedGeneration !== undefined && { observedGeneration }),
    };
  });
}

function versionOf(item: Cursor): Pick<Gateway, 'createdAt' | 'generation'> {
  const metadata = item.at('metadata');
  const createdAt = metadata.text('creationTimestamp', 64);
  const generation = metadata.count('generation');
  return {
    ...present({ createdAt, generation }),
  };
}

/** A ReferenceGrant; `undefined` without a name. */
export function parseReferenceGrant(item: Cursor): ReferenceGrant | undefined {
  const own = nameOf(item);
  if (own === undefined) return undefined;
  const spec = item.at('spec');
  return {
    ...own,
    from: spec.objects('from').map((each) => ({
      group: each.text('group', 253) ?? '',
      kind: each.text('kind', 63) ?? '',
      namespace: each.text('namespace', 63) ?? '',
    })),
    to: spec.objects('to').map((each) => {
      const name = each.text('name', 253);
      return {
        group: each.text('group', 253) ?? '',
        kind: each.text('kind', 63) ?? '',
        ...(name !== undefined && name !== '' && { name }),
      };
    }),
  };
}
