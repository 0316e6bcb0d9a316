import { compareText, counted, percent, percentNumber } from '../../../model/index.ts';
import type { RoutesBehind } from '../../../traffic/index.ts';
import type { ServiceReport } from '../../report.ts';
import { dataTable } from '../data-table.ts';
import { markup, type Markup } from '../markup.ts';
import { box, cross, curve, head, label, px, textLines } from './shapes.ts';

type Host = RoutesBehind['hosts'][number];
type HostBackend = Host['backends'][number];

const width = 1216;
const hostBox = { x: 0.5, width: 340 };
const band = { x: 420, width: 190 };
const serviceBox = { x: 690, width: 300 };
const workloads = { x: 1002, width: 212 };
const top = 30;
const pitch = 30;
const height = 24;
/** Rows of a side; what is over is counted. */
const mostRows = 30;

/** Hosts with the same backends: one row. */
interface HostRow {
  readonly hosts: readonly Host[];
  readonly services: readonly string[];
  readonly parts: ReadonlyMap<string, HostBackend['part']>;
  readonly lost: number;
}

/**
 * What stands behind a Service that is an ingress or a gateway, folded: hosts, the gateway's pods, the
 * Services and workloads that answer; the same as a table.
 */
export function hostsPart(
  { namespace, name, behind }: ServiceReport,
  frontend: string,
  id: string,
): Markup | undefined {
  if (behind === undefined || behind.hosts.length === 0) return undefined;
  const names = new Set(
    behind.hosts.flatMap((host) => host.backends.flatMap((backend) => backend.workloads)),
  );
  const broken = behind.hosts.filter(({ lost }) => (lost ?? 0) > 0).length;
  const words = [
    `${counted(behind.hostCount, 'host')} behind it`,
    ...(names.size === 0 ? [] : [counted(names.size, 'workload')]),
    ...(broken === 0 ? [] : [`${counted(broken, 'host')} with requests that fail`]),
  ];
  return markup`<details class="hosts"><summary>${words.join(', ')}</summary>${picture(behind, `${namespace}/${name}`, frontend, id)}${table(behind)}</details>`;
}

function picture(behind: RoutesBehind, service: string, frontend: string, id: string): Markup {
  const rows = rowsOf(behind.hosts);
  const shown = rows.slice(0, mostRows);
  const backends = backendsOf(shown);
  const listed = [...backends.keys()].slice(0, mostRows);
  const places = new Map(listed.map((each, at) => [each, middleOf(at)]));
  const left = behind.hostCount - shown.reduce((sum, { hosts }) => sum + hosts.length, 0);
  const more = backends.size - listed.length;
  const most = Math.max(shown.length + (left > 0 ? 1 : 0), listed.length + (more > 0 ? 1 : 0), 3);
  const end = top + most * pitch;
  return markup`<svg class="map wide hosts-map" viewBox="0 0 ${width} ${px(end + 4)}" role="img" aria-labelledby="${id}t"><title id="${id}t">${`Hosts behind ${service}`}</title>${[
    head(hostBox.x, 'HOSTS', 260),
    head(band.x, 'FRONTEND AND GATEWAY PODS', 260),
    head(serviceBox.x, 'BACKEND SERVICES', 260),
    head(workloads.x, 'WORKLOADS', 260),
  ]}${shown.map((row, at) => rowLinks(row, middleOf(at), places, backends))}${box({ x: band.x, y: top, width: band.width, height: end - top }, 'entry')}${textLines(
    [frontend, service, ...behind.entryPoints.slice(0, 3)],
    { x: band.x + 10, y: (top + end) / 2 - 12, width: band.width - 18, pitch: 17 },
  )}${shown.map((row, at) => [hostRow(row, middleOf(at)), partsLabel(row, middleOf(at))])}${listed.map((name, at) => backendRow(name, backends.get(name), middleOf(at)))}${[
    moreRow(hostBox.x, left, 'host', shown.length),
    moreRow(serviceBox.x, more, 'Service', listed.length),
  ]}</svg>`;
}

/** Middle of a row. */
function middleOf(at: number): number {
  return top + (at + 0.5) * pitch;
}

function moreRow(x: number, count: number, noun: string, at: number): Markup | undefined {
  if (count <= 0) return undefined;
  const text = `and ${counted(count, `more ${noun}`)}`;
  return label({ x: x + 8, y: middleOf(at) + 4, text, width: 200, size: 11, kind: 'dim' });
}

/** Rows that fail first, then those of many hosts. */
function rowsOf(hosts: readonly Host[]): readonly HostRow[] {
  const alike = Map.groupBy(hosts, ({ backends, lost }) =>
    JSON.stringify([backends.map(({ service, part }) => [service, part]), lost ?? null]),
  );
  return [...alike.values()]
    .map((group) => ({
      hosts: group,
      services: (group[0]?.backends ?? []).map(({ service }) => service),
      parts: new Map((group[0]?.backends ?? []).map(({ service, part }) => [service, part])),
      lost: group[0]?.lost ?? 0,
    }))
    .toSorted(
      (a, b) =>
        b.lost - a.lost ||
        b.hosts.length - a.hosts.length ||
        compareText(a.hosts[0]?.host ?? '', b.hosts[0]?.host ?? ''),
    );
}

function backendsOf(rows: readonly HostRow[]): ReadonlyMap<string, HostBackend> {
  return new Map(
    rows.flatMap(({ hosts }) =>
      (hosts[0]?.backends ?? []).map((backend) => [backend.service, backend] as const),
    ),
  );
}

/** From the host into the band, and out of it at the same height to each of its Services. */
function rowLinks(
  { services, parts, lost }: HostRow,
  y: number,
  places: ReadonlyMap<string, number>,
  backends: ReadonlyMap<string, HostBackend>,
): Markup {
  const into = lost >= 1 || services.length === 0 ? 'stop' : 'flow';
  return markup`${curve([hostBox.x + hostBox.width, y], [band.x, y], into, 0.2)}${services.map(
    (service) => {
      const to = places.get(service);
      if (to === undefined) return undefined;
      const dead = backends.get(service)?.ready === 0;
      const part = parts.get(service);
      const share = Array.isArray(part) ? part[1] : 1 / services.length;
      return curve(
        [band.x + band.width, y],
        [serviceBox.x, to],
        dead ? 'stop' : share === 0 ? 'quiet' : 'flow',
        0.2 * share,
      );
    },
  )}`;
}

/** Where a host's requests leave the band: what each of its Services takes of them, in their order. */
function partsLabel({ services, parts }: HostRow, y: number): Markup | undefined {
  const texts = services.map((service) => partText(parts.get(service) ?? [1, 1]));
  if ([...parts.values()].every((part) => part === undefined)) return undefined;
  const x = band.x + band.width + 4;
  return label({ x, y: y - 4, text: texts.join(' / '), width: 74, size: 9, kind: 'dim' });
}

/** `10 %`, `10–100 %`; what depends on the clients' headers and cookies has no number. */
function partText(part: NonNullable<HostBackend['part']>): string {
  if (part === 'unknown') return '? %';
  const [least, most] = part;
  return least === most ? percent(least) : `${percentNumber(least)}–${percent(most)}`;
}

function hostRow({ hosts, lost }: HostRow, y: number): Markup {
  const [first] = hosts;
  const rest = hosts.length - 1;
  const text =
    rest === 0 ? (first?.host ?? '') : `${first?.host ?? ''} and ${counted(rest, 'more host')}`;
  const room = hostBox.width - (lost > 0 ? 90 : 16);
  return markup`${box({ ...hostBox, y: y - height / 2, height }, lost > 0 ? 'pod lost' : 'pod up')}${label({ x: hostBox.x + 8, y: y + 4, text, width: room, kind: 'name' })}${
    lost > 0
      ? label({
          x: hostBox.x + hostBox.width - 8,
          y: y + 4,
          text: `${percent(lost)} fail`,
          width: 76,
          size: 10,
          kind: 'bad',
          end: true,
        })
      : undefined
  }`;
}

function backendRow(name: string, backend: HostBackend | undefined, y: number): Markup {
  const ready = backend?.ready;
  const word = ready === undefined ? 'not known' : `${ready} ready`;
  const dead = ready === 0;
  const kind = dead ? 'pod out' : 'pod up';
  const runs = backend?.workloads ?? [];
  return markup`${box({ ...serviceBox, y: y - height / 2, height }, ready === undefined ? 'pod idle' : kind)}${label({ x: serviceBox.x + 8, y: y + 4, text: name, width: serviceBox.width - 84, kind: 'name' })}${label({ x: serviceBox.x + serviceBox.width - 8, y: y + 4, text: word, width: 66, size: 10, kind: dead ? 'bad' : 'dim', end: true })}${dead ? cross(serviceBox.x - 9, y) : undefined}${label({ x: workloads.x, y: y + 4, text: runs.length === 0 ? '' : runs.join(', '), width: workloads.width, size: 10.5, kind: 'dim' })}`;
}

function table({ hosts, hostCount }: RoutesBehind): Markup {
  const left = hostCount - hosts.length;
  return markup`<details class="as-table"><summary>The same as a table</summary>${dataTable(
    'Hosts',
    [{ word: 'Host' }, { word: 'Services' }, { word: 'Workloads' }, { word: 'Requests that fail' }],
    hosts.map(({ host, backends, lost }) => [
      host,
      backends
        .map(
          ({ service, ready, part }) =>
            `${part === undefined ? '' : `${partText(part)} `}${service} (${ready ?? '?'} ready)`,
        )
        .join(', '),
      [...new Set(backends.flatMap((backend) => backend.workloads))].join(', '),
      lost === undefined ? 'not known' : percent(lost),
    ]),
  )}${left > 0 ? markup`<p class="dim">And ${counted(left, 'more host')}.</p>` : undefined}</details>`;
}
