import { counted, percent } from '../../model/index.ts';
import { clean } from '../clean.ts';
import { groupByNode, type AlikeNodes } from '../group-by-node.ts';
import { shareOut, type EndpointRow } from '../fold.ts';
import { percentRange, whyText } from '../words.ts';
import { shareLine } from './paint.ts';
import { reasonLines, type Sheet } from './sheet.ts';
import { cut } from './width.ts';

/** A Service of many pods by node, most pods on a node first; bars are on the scale of the largest share. */
export function nodeLines(
  endpoints: readonly EndpointRow[],
  limit: number,
  layout: { readonly bar: number; readonly indent: number },
  sheet: Sheet,
): readonly string[] {
  const { paint, width } = sheet;
  const groups = groupByNode(endpoints);
  const most = endpoints.reduce((largest, { share }) => Math.max(largest, share), 0);
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
        ...shown.map((row) =>
          shareLine(
            most === 0 ? 0 : row.share / most,
            row.share,
            layout.bar,
            cut(rowText(row), width - layout.indent),
            paint,
          ),
        ),
        ...(rest.length > 0 ? [start + paint('dim', restText(rest))] : []),
        ...(because === undefined
          ? []
          : reasonLines(whyText(because, cause), layout.indent, sheet, 'red')),
      ];
    }),
    ...(most > 0 ? [`    ${paint('dim', `share of one pod; full bar: ${percent(most)}`)}`] : []),
  ];
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
