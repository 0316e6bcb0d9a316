import { clean } from '../clean.ts';
import { groupByNode, type AlikeNodes } from '../group-by-node.ts';
import { shareOut, type EndpointRow } from '../fold.ts';
import { counted, percent, percentRange, whyText } from '../words.ts';
import { barText } from './paint.ts';
import type { Sheet } from './sheet.ts';
import { cut, wrap } from './width.ts';

/** A Service of many pods by node, most pods on a node first; bars are on the scale of the largest share. */
export function nodeLines(
  endpoints: readonly EndpointRow[],
  limit: number,
  layout: { readonly bar: number; readonly indent: number },
  sheet: Sheet,
): readonly string[] {
  const { paint, prose } = sheet;
  const groups = groupByNode(endpoints);
  const most = Math.max(0, ...endpoints.map(({ share }) => share));
  const start = ' '.repeat(layout.indent);
  const quotas = shareOut(
    groups.map(({ rows }) => rows.length),
    limit,
  );
  return [
    ...groups.flatMap(({ rows, because, cause }, at) => {
      const quota = quotas[at] ?? 1;
      const shown = rows.length <= quota ? rows : rows.slice(0, Math.max(1, quota - 1));
      const rest = rows.slice(shown.length);
      return [
        ...shown.map((row) => nodeLine(row, most, layout, sheet)),
        ...(rest.length > 0 ? [start + paint('dim', restText(rest))] : []),
        ...(because === undefined
          ? []
          : wrap(whyText(because, cause), prose - layout.indent - 2).map(
              (line, nth) => `${start}${nth === 0 ? '↳ ' : '  '}${paint('red', line)}`,
            )),
      ];
    }),
    ...(most > 0 ? [`    ${paint('dim', `share of one pod; full bar: ${percent(most)}`)}`] : []),
  ];
}

function nodeLine(
  row: AlikeNodes,
  most: number,
  layout: { readonly bar: number; readonly indent: number },
  { paint, width }: Sheet,
): string {
  const { share } = row;
  const text = cut(rowText(row), width - layout.indent);
  const bar = barText(
    most === 0 ? 0 : share / most,
    layout.bar,
    share > 0 ? 'blue' : undefined,
    paint,
  );
  const number = paint(share > 0 ? 'bold' : 'red', percent(share).padStart(7));
  return `    ${bar} ${number}  ${share > 0 ? text : paint('dim', text)}`;
}

/** `32 pods on aks-user-vmss000003 (user)`, `1 pod on each of 8 nodes (user)`. */
function rowText({ node, nodes, nodePool, pods }: AlikeNodes): string {
  const pool = nodePool === undefined ? '' : ` (${clean(nodePool)})`;
  if (nodes === 0) return `${counted(pods, 'pod')} on no node`;
  if (node !== undefined) return `${counted(pods, 'pod')} on ${clean(node)}${pool}`;
  return `${counted(pods, 'pod')} on each of ${counted(nodes, 'node')}${pool}`;
}

function restText(rows: readonly AlikeNodes[]): string {
  const nodes = rows.reduce((sum, row) => sum + row.nodes, 0);
  const pods = rows.reduce((sum, row) => sum + row.pods * Math.max(1, row.nodes), 0);
  const shares = rows.map(({ share }) => share);
  const each = percentRange(Math.min(...shares), Math.max(...shares));
  return `and ${counted(pods, 'more pod')} on ${counted(nodes, 'more node')}, ${each} each`;
}
