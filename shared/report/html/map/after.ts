import type { PortReport, ServiceReport } from '../../report.ts';
import type { PortGroup } from '../../ports.ts';
import { mapModel, type After, type MapModel } from './model.ts';
import { afterFix } from './nodes.ts';

/** Rows of a small map. */
const smallRows = 10;

/** What a small map of today shows. */
export function todayModel(service: ServiceReport, group: PortGroup): MapModel {
  return mapModel(service, group, undefined, smallRows);
}

/**
 * What a small map of the state after a fix shows: the same picture, of what the prediction says.
 * `undefined` where the prediction does not say which way the connections go.
 */
export function afterModel(
  service: ServiceReport,
  group: PortGroup,
  after: After,
): (MapModel & { readonly moreBackends: number }) | undefined {
  const { path, shares } = after;
  if (path === undefined) return undefined;
  const served = Object.keys(shares).filter((pod) => (shares[pod] ?? 0) > 0);
  const haveNodes = served.every((pod) => Object.hasOwn(path.nodes, pod));
  if (path.externalTrafficPolicy === 'Local' && !haveNodes) return undefined;
  const first = afterPort(group.first, after, path);
  const shown = { ...service, externalTrafficPolicy: path.externalTrafficPolicy };
  return {
    ...mapModel(shown, { ...group, first }, undefined, smallRows),
    moreBackends: Math.max(0, path.up - Object.keys(path.backends).length),
  };
}

/** The port as the report would have it after the fix. */
function afterPort(
  port: PortReport,
  { verdict, lost, shares }: After,
  { backends, nodes }: NonNullable<After['path']>,
): PortReport {
  const pools = new Map([
    ...port.endpoints.map(({ node, nodePool }) => [node, nodePool] as const),
    ...port.backends.map(({ node, nodePool }) => [node, nodePool] as const),
  ]);
  const poolOf = (node: string): { readonly nodePool?: string } => {
    const nodePool = pools.get(node);
    return nodePool === undefined ? {} : { nodePool };
  };
  const { observed: _seen, notVerified: _why, traffic: _rate, ...rest } = port;
  return {
    ...rest,
    verdict,
    lost,
    losses: [],
    rule: port.rule ?? '',
    backends: Object.entries(backends).map(([node, share]) => ({
      node,
      ...poolOf(node),
      member: true,
      up: true,
      share,
    })),
    endpoints: Object.entries(shares).map(([pod, share]) => {
      const node = Object.hasOwn(nodes, pod) ? nodes[pod] : undefined;
      return {
        pod,
        ...(node === undefined ? { because: afterFix } : { node, ...poolOf(node) }),
        ready: true,
        share,
      };
    }),
  };
}
