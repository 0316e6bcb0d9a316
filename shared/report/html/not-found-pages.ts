import { counted, timeText } from '../../model/index.ts';
import type { Finding } from '../../findings/index.ts';
import type { ClusterFinding } from '../fleet-findings.ts';
import { closedReason } from './finding-detail.ts';
import { markup, type Markup } from './markup.ts';
import { pageShell } from './shell.ts';

/** A sealed run, as a link to it needs it. */
export interface RunLink {
  readonly runId: string;
  readonly startedAt: string;
}

const newest = { href: '?format=html', word: 'Newest report' };

/** What became of a finding that the run asked for does not have. */
export type FindingSearch =
  | {
      readonly kind: 'found';
      readonly last: RunLink;
      readonly found: ClusterFinding;
      readonly next?: RunLink;
    }
  | { readonly kind: 'not-found'; readonly searched: number };

/** The page of a finding that the run does not have. @param print Its fingerprint. */
export function renderNoFinding(print: string, search: FindingSearch): string {
  return search.kind === 'found'
    ? page(`No longer in this run: ${search.found.finding.title}`, foundText(search))
    : page(
        'No such finding',
        markup`<p>No finding with the fingerprint <code>${print}</code> is in the ${counted(search.searched, 'run')} that ${search.searched === 1 ? 'was' : 'were'} searched. It was resolved before those runs, its report was deleted, or the link is incomplete.</p>`,
      );
}

function foundText(search: Extract<FindingSearch, { kind: 'found' }>): Markup {
  const { last, found, next } = search;
  const { cluster, finding } = found;
  const query = `?format=html&run=${encodeURIComponent(last.runId)}`;
  return markup`<p class="facts"><span><span class="badge ${finding.severity}">${finding.severity}</span></span><span>cluster ${cluster.name}</span><span>first seen ${timeText(finding.firstSeen)}</span><span>last seen ${timeText(finding.lastSeen)}</span></p><p>${
    finding.state === 'resolved'
      ? closing(finding, timeText(last.startedAt))
      : markup`The run of ${timeText(last.startedAt)} is the last one that has it${next === undefined ? undefined : markup`; the run of ${timeText(next.startedAt)} does not`}.`
  }</p><p><a href="${query}&finding=${encodeURIComponent(finding.fingerprint)}">The finding as that run saw it</a></p>`;
}

function closing({ closed = 'fixed', supersededBy }: Finding, time: string): Markup {
  return closed === 'fixed'
    ? markup`It was resolved in the run of ${time}: the fault is gone.`
    : markup`It was closed in the run of ${time}: ${closedReason(closed, supersededBy)}.`;
}

/** What there is instead of a run that is not kept. */
export function renderNoRun(run: string | undefined, runs: readonly RunLink[]): string {
  if (run === undefined)
    return page(
      'No report yet',
      markup`<p>No completed run yet. The timer starts the next one; <code>POST /api/audits</code> starts one now.</p>`,
    );
  return page(
    'The report of this run is no longer available',
    markup`<p>There is no completed run <code>${run}</code>. Reports are deleted after the retention period, and only completed runs have one.</p>${
      runs.length === 0
        ? undefined
        : markup`<h2>Available runs</h2><ul>${runs.map(
            ({ runId, startedAt }) =>
              markup`<li><a href="?format=html&run=${encodeURIComponent(runId)}">${timeText(startedAt)}</a></li>`,
          )}</ul>`
    }`,
  );
}

/** A cluster, subscription or Service that the run does not have. */
export function renderNotInRun(message: string): string {
  return page('Not in this run', markup`<p>${message}</p>`);
}

function page(title: string, text: Markup): string {
  return pageShell({
    title,
    nav: [newest],
    main: markup`<article class="rule-page"><h1>${title}</h1>${text}<p><a href="${newest.href}">${newest.word}</a></p></article>
`,
    served: true,
  });
}
