import { percent } from '../../../model/index.ts';
import { foldEndpoints, type FoldedRow } from '../../fold.ts';
import type { PortReport } from '../../report.ts';
import { percentRange, whyText } from '../../words.ts';
import { dataTable } from '../data-table.ts';
import { markup, type Hole, type Markup } from '../markup.ts';
import type { After } from './model.ts';
import { shareOf } from './nodes.ts';

const mostRows = 60;

/** What the map shows, as a table: for screen readers, and to copy. */
export function mapTable(port: PortReport, after: After | undefined): Markup {
  if (port.verdict === 'unknown')
    return markup`<p>Not known: ${port.why ?? 'something was not read'}</p>`;
  const rows = foldEndpoints(port.endpoints, mostRows).flatMap((group) => group.rows);
  const afterCell = (text: string): readonly Hole[] => (after === undefined ? [] : [text]);
  return dataTable(
    'Shares by pod',
    [
      { word: 'Pod' },
      { word: 'Node' },
      { word: 'Node pool' },
      { word: 'Now', number: true },
      ...(after === undefined ? [] : [{ word: 'After the fix', number: true }]),
      { word: 'Why nothing' },
    ],
    [
      ...rows.map((row) => cells(row, after)),
      ...(port.lost > 0
        ? [['lost', '', '', percent(port.lost), ...afterCell(percent(after?.lost ?? 0)), '']]
        : []),
    ],
  );
}

function cells(row: FoldedRow, after: After | undefined): readonly Hole[] {
  if (row.kind === 'more') {
    return [
      `${row.count} more pods`,
      '',
      row.nodePools.join(', '),
      `${percentRange(row.least, row.most)} each`,
      ...(after === undefined ? [] : ['']),
      row.because === undefined ? '' : whyText(row.because, row.cause),
    ];
  }
  const { pod, node, nodePool, share, because, cause } = row.endpoint;
  return [
    pod,
    node ?? 'none',
    nodePool ?? '',
    percent(share),
    ...(after === undefined ? [] : [percent(shareOf(after.shares, pod))]),
    because === undefined ? '' : whyText(because, cause),
  ];
}
