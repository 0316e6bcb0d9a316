import { counted, grouped, listed, timeText } from '../../model/index.ts';
import type { FindingState } from '../../findings/index.ts';
import type { PageContext } from './context.ts';
import { findingList } from './finding-list.ts';
import { markup, type Markup } from './markup.ts';
import { crumbs, fleetHref, servedHref } from './page-links.ts';

const kinds = [
  ['new', 'New'],
  ['reopened', 'Reopened'],
  ['resolved', 'Resolved'],
  ['stale', 'Stale: kept from an earlier run, since the cluster could not be read'],
] as const satisfies readonly (readonly [FindingState, string])[];

/** What a run changed since the previous one. */
export function changesPage(context: PageContext): Markup {
  const { report, findings } = context;
  const lists = kinds.map(([state, title]) => ({
    state,
    title,
    own: findings.filter(({ finding }) => finding.state === state),
  }));
  const words = lists
    .filter(({ own }) => own.length > 0)
    .map(({ state, own }) => `${grouped(own.length)} ${state}`);
  const before = report.history?.at(-1);
  return markup`<article class="changes-page sub">${crumbs(context)}<h1 id="answer">${words.length === 0 ? 'Nothing changed since the previous run.' : `${listed(words)} since the previous run.`}</h1><p class="facts"><span>${markup`<a href="${fleetHref(context)}">Run of ${timeText(report.run.startedAt)}</a>`}</span>${beforeText(before, context)}</p>${lists.map(
    ({ title, own }) =>
      markup`<section class="part"><h2>${title} <span class="dim small">${counted(own.length, 'finding')}</span></h2>${findingList(own, context)}</section>`,
  )}</article>`;
}

type Before = NonNullable<PageContext['report']['history']>[number];

function beforeText(before: Before | undefined, { report, options }: PageContext): Markup {
  if (before === undefined) return markup`<span>There is no previous run.</span>`;
  const words = `previous run: ${timeText(before.startedAt)}`;
  if (options.served !== true) return markup`<span>${words}</span>`;
  const earlier = { ...report, run: { ...report.run, id: before.runId } };
  return markup`<span><a href="${servedHref(earlier)}">${words}</a></span><span><a href="${servedHref(earlier, { view: 'changes' })}">its changes</a></span>`;
}
