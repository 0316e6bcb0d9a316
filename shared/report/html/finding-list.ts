import { counted } from '../../model/index.ts';
import { subjectText } from '../../findings/index.ts';
import type { ClusterFinding } from '../fleet-findings.ts';
import type { PageContext } from './context.ts';
import { markup, type Markup } from './markup.ts';
import { clusterHref, findingHref } from './page-links.ts';

const mostLines = 200;

/** Findings as lines with links to their pages; on the page of one cluster without its name. */
export function findingList(
  findings: readonly ClusterFinding[],
  context: PageContext,
  { ofCluster = false }: { readonly ofCluster?: boolean } = {},
): Markup {
  if (findings.length === 0) return markup`<p class="dim">None.</p>`;
  const left = findings.length - mostLines;
  return markup`<ul class="finding-list">${findings.slice(0, mostLines).map((each) => line(each, context, ofCluster))}</ul>${
    left > 0 ? markup`<p class="dim">and ${counted(left, 'more')}.</p>` : undefined
  }`;
}

function line(
  { cluster, finding }: ClusterFinding,
  context: PageContext,
  ofCluster: boolean,
): Markup {
  const { fingerprint, severity, state, subject, title } = finding;
  return markup`<li><span class="badge ${severity}">${severity}</span><span><a href="${findingHref(fingerprint, context)}">${title}</a> <span class="dim small">${state} · ${subject.kind} ${subjectText(subject)}${
    ofCluster
      ? undefined
      : markup` · <a href="${clusterHref(cluster, context)}">${cluster.name}</a>`
  }</span></span></li>`;
}
