import { compareText } from '../../../model/index.ts';
import type { Fix } from '../../../findings/index.ts';
import type { EndpointRow } from '../../fold.ts';
import {
  countedEndpoints,
  portGroupText,
  sharesList,
  sharesText,
  type PortGroup,
} from '../../ports.ts';
import { perMinute } from '../../observed-text.ts';
import type { PortReport, ServiceReport } from '../../report.ts';
import { portStatus, statusWords } from '../../service-status.ts';
import { causeText, disabledText, skuText, verdictWords } from '../../words.ts';
import { foldNodes, foldPods } from './fold.ts';
import { mapNodes } from './nodes.ts';
import type { PodRow, PoolRow } from './rows.ts';

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
  const pools = foldNodes(mapNodes(port, view), view, rows);
  const pods = mesh ? foldPods(port.endpoints.toSorted(byShare), view.after, meshPods) : [];
  const ready = countedEndpoints(port.endpoints).length;
  const all = [...pools.flatMap((pool) => pool.nodes.flatMap((node) => node.pods)), ...pods];
  return {
    title: `${service.namespace}/${service.name} ${portGroupText(group, service)}`,
    frontend: frontendLines(port, portGroupText(group, service)),
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
    lostWhy: lostText(port),
    verdict: statusWords[portStatus(port)],
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

function lostText(port: PortReport): string {
  if (port.disabled === true) return disabledText(port);
  const why = port.losses.map((loss) => causeText(loss.cause)).join('; ');
  return `${why === '' ? 'nothing takes these connections' : why}${lostRate(port)}`;
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
    ...(loadBalancer === undefined ? [] : [loadBalancer.name, `${skuText(loadBalancer.sku)} SKU`]),
  ];
}

/** `kubernetes (Standard)`, or that there is none, or that it is not known. */
export function balancerText(port: PortReport): string {
  if (port.loadBalancer === undefined)
    return port.verdict === 'unknown' ? 'load balancer not known' : 'no load balancer';
  const { name, sku } = port.loadBalancer;
  return `${name} (${skuText(sku)})`;
}

function probeText({ probe }: PortReport): string {
  return probe === undefined ? 'no probe' : `${probe.protocol} :${probe.port}${probe.path ?? ''}`;
}

const scales = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

function scaleOf(shares: readonly number[]): number {
  const most = shares.reduce((largest, share) => Math.max(largest, share), 0);
  return scales.find((scale) => scale >= most - 1e-9) ?? 1;
}
