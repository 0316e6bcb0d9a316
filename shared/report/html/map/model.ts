import { compareText } from '../../../model/index.ts';
import type { Fix } from '../../../findings/index.ts';
import type { EndpointRow } from '../../fold.ts';
import {
  countedEndpoints,
  portsText,
  sharesList,
  sharesText,
  type PortGroup,
} from '../../ports.ts';
import { perMinute } from '../../observed-text.ts';
import type { PortReport, ServiceReport } from '../../report.ts';
import { causeText, verdictWords } from '../../words.ts';
import { foldNodes, foldPods } from './fold.ts';
import { nodesOf, type Seen } from './nodes.ts';

export type Tone =
  /** Takes new connections and has pods for them. */
  | 'up'
  /** Takes new connections and loses them. */
  | 'leak'
  /** Has ready pods and takes nothing. */
  | 'out'
  /** Has no ready pod and takes nothing, as it should. */
  | 'idle';

/** One pod, or several that are alike. */
export interface PodRow {
  readonly name: string;
  readonly count: number;
  /** Share of each, now and after the fix; the mean where they differ. */
  readonly now: number;
  readonly after?: number;
  readonly ready: boolean;
  readonly node?: string;
  /** Why it gets nothing, in a few words. */
  readonly note?: string;
}

/** One node, or several that are alike. */
export interface NodeRow {
  readonly name: string;
  readonly count: number;
  /** Share that all of them are offered together. */
  readonly share: number;
  readonly tone: Tone;
  readonly note: string;
  readonly pods: readonly PodRow[];
  /** What Azure itself sees of all of them, where it was asked. */
  readonly seen?: Seen;
}

export interface PoolRow {
  readonly name: string;
  readonly members: number;
  readonly size: number;
  /** Why all of its nodes take nothing, where they all do for one reason. */
  readonly why?: string;
  readonly nodes: readonly NodeRow[];
  /** No pool: pods that the prediction moves, wherever the scheduler puts them. */
  readonly moved: boolean;
}

/** What a map shows, before anything has a place. */
export interface MapModel {
  readonly title: string;
  /** Lines of the frontend's box, and of the rule's; no rule = the load balancer has none for the port. */
  readonly frontend: readonly string[];
  readonly rule?: readonly string[];
  /** What was not read; nothing else is drawn then. */
  readonly unknown?: string;
  /** Any node passes connections on to any pod (`externalTrafficPolicy: Cluster`). */
  readonly mesh: boolean;
  readonly pools: readonly PoolRow[];
  /** With a mesh: the pods, which then belong to no node of the map. */
  readonly pods: readonly PodRow[];
  readonly lost: number;
  readonly lostWhy: string;
  readonly verdict: string;
  readonly shares: string;
  readonly after?: {
    readonly verdict: string;
    readonly shares: string;
    readonly lost: number;
    readonly even: boolean;
  };
  /** Share of a bar of full length. */
  readonly scale: number;
  readonly fair?: number;
}

export type After = NonNullable<Fix['after']>;

/** What the map of a Service port shows, in at most about `rows` rows. */
export function mapModel(
  service: ServiceReport,
  group: PortGroup,
  after: After | undefined,
  rows: number,
): MapModel {
  const port = group.first;
  const mesh = service.externalTrafficPolicy !== 'Local';
  const view = { after: after?.shares, mesh };
  const pools = foldNodes(nodesOf(port, view), view, rows);
  const pods = mesh ? foldPods(port.endpoints.toSorted(byShare), view.after, meshPods) : [];
  const ready = countedEndpoints(port.endpoints).length;
  const lostWhy = port.losses.map((loss) => causeText(loss.cause)).join('; ');
  const all = [...pools.flatMap((pool) => pool.nodes.flatMap((node) => node.pods)), ...pods];
  return {
    title: `${service.namespace}/${service.name} ${portsText(group, service)}`,
    frontend: frontendLines(port, portsText(group, service)),
    ...(port.rule !== undefined && {
      rule: [
        port.rule,
        probeText(port),
        port.backendPool === undefined ? '' : `pool ${port.backendPool}`,
        `policy ${service.externalTrafficPolicy}`,
      ],
    }),
    ...(port.verdict === 'unknown' && { unknown: port.why ?? 'something was not read' }),
    mesh,
    pools,
    pods,
    lost: port.lost,
    lostWhy: `${lostWhy === '' ? 'nothing takes these connections' : lostWhy}${lostRate(port)}`,
    verdict: verdictWords[port.verdict],
    shares: sharesText(port),
    ...(after !== undefined && {
      after: {
        verdict: verdictWords[after.verdict],
        shares: sharesList(Object.values(after.shares)),
        lost: after.lost,
        even: after.verdict === 'even',
      },
    }),
    scale: scaleOf([
      ...all.flatMap((pod) => [pod.now, pod.after ?? 0]),
      port.lost,
      after?.lost ?? 0,
    ]),
    ...(ready > 1 && { fair: 1 / ready }),
  };
}

/** `, about 4,090 connections a minute`; nothing where no metric says how much traffic there is. */
function lostRate({ traffic, lost }: PortReport): string {
  if (traffic?.perMinute === undefined || lost <= 0) return '';
  return `, ${perMinute({ perMinute: traffic.perMinute * lost, unit: traffic.unit })}`;
}

/** Pods behind a mesh that are drawn one by one. */
const meshPods = 40;

function byShare(a: EndpointRow, b: EndpointRow): number {
  return b.share - a.share || compareText(a.pod, b.pod);
}

function frontendLines(port: PortReport, ports: string): readonly string[] {
  const { loadBalancer } = port;
  const address = port.frontend ?? (port.verdict === 'unknown' ? 'not known' : 'no address');
  return [
    address,
    `port ${ports}`,
    ...(loadBalancer === undefined ? [] : [loadBalancer.name, `${skuWord(loadBalancer.sku)} SKU`]),
  ];
}

function skuWord(sku: string): string {
  return sku.slice(0, 1).toUpperCase() + sku.slice(1);
}

export function balancerText(port: PortReport): string {
  if (port.loadBalancer === undefined)
    return port.verdict === 'unknown' ? 'load balancer not known' : 'no load balancer';
  const { name, sku } = port.loadBalancer;
  return `${name} (${skuWord(sku)})`;
}

function probeText({ probe }: PortReport): string {
  return probe === undefined ? 'no probe' : `${probe.protocol} :${probe.port}${probe.path ?? ''}`;
}

const scales = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

function scaleOf(shares: readonly number[]): number {
  const most = Math.max(0, ...shares);
  return scales.find((scale) => scale >= most - 1e-9) ?? 1;
}
