import { foldEndpoints, type FoldedRow } from '../../fold.ts';
import type { PortReport } from '../../report.ts';
import { percent, percentNumber, whyText } from '../../words.ts';
import { markup, type Hole, type Markup } from '../markup.ts';
import type { After } from './model.ts';

const mostRows = 60;

/** What the map shows, as a table: for screen readers, and to copy. */
export function mapTable(port: PortReport, after: After | undefined): Markup {
  if (port.verdict === 'unknown')
    return markup`<p>Not known: ${port.why ?? 'something was not read'}</p>`;
  const rows = foldEndpoints(port.endpoints, mostRows).flatMap((group) => group.rows);
  return markup`<div class="wrap" tabindex="0" role="region" aria-label="Shares by pod"><table><thead><tr><th scope="col">Pod</th><th scope="col">Node</th><th scope="col">Node pool</th><th scope="col" class="num">Now</th>${
    after === undefined ? undefined : markup`<th scope="col" class="num">After the fix</th>`
  }<th scope="col">Why nothing</th></tr></thead><tbody>${rows.map((row) => tableRow(row, after))}${
    port.lost > 0
      ? markup`<tr><th scope="row">lost</th><td></td><td></td><td class="num">${percent(port.lost)}</td>${after === undefined ? undefined : markup`<td class="num">${percent(after.lost)}</td>`}<td></td></tr>`
      : undefined
  }</tbody></table></div>`;
}

function tableRow(row: FoldedRow, after: After | undefined): Markup {
  if (row.kind === 'more') {
    const each =
      row.most - row.least < 1e-9
        ? percent(row.most)
        : `${percentNumber(row.least)}–${percent(row.most)}`;
    return cells(
      `${row.count} more pods`,
      '',
      row.nodePools.join(', '),
      `${each} each`,
      after === undefined ? undefined : '',
      row.because === undefined ? '' : whyText(row.because, row.cause),
    );
  }
  const { pod, node, nodePool, share, because, cause } = row.endpoint;
  return cells(
    pod,
    node ?? 'none',
    nodePool ?? '',
    percent(share),
    after === undefined ? undefined : percent(after.shares[pod] ?? 0),
    because === undefined ? '' : whyText(because, cause),
  );
}

function cells(pod: Hole, node: Hole, pool: Hole, now: Hole, after: Hole, why: Hole): Markup {
  return markup`<tr><th scope="row">${pod}</th><td>${node}</td><td>${pool}</td><td class="num">${now}</td>${
    after === undefined ? undefined : markup`<td class="num">${after}</td>`
  }<td>${why}</td></tr>`;
}
