import type { Closed, EvidenceValue, Finding } from '../../findings/index.ts';
import { compacted, counted, timeText } from '../../model/index.ts';
import { changeText } from '../observed-text.ts';
import type { ClusterFinding } from '../fleet-findings.ts';
import { causeText, fixSummary } from '../words.ts';
import type { PageContext } from './context.ts';
import { fixList } from './fixes.ts';
import { portalLink } from './links.ts';
import { markup, type Markup } from './markup.ts';

/** Everything about one finding: message, causes, evidence, fixes with their prices, where it comes from. */
export function findingDetail(
  { cluster, finding }: ClusterFinding,
  { options }: PageContext,
): Markup {
  const portal = portalLink(cluster, options, 'cluster in the Azure portal');
  return markup`<p class="said">${finding.message}</p>${exemptionNote(finding)}${lifeText(finding)}${lastChange(finding)}${causesText(finding)}${fixList(finding.fixes)}${evidenceList(finding)}<p class="dim small">First seen ${timeText(finding.firstSeen)}, last seen ${timeText(finding.lastSeen)} · ${finding.fingerprint} · <code>evenkeel explain ${finding.rule}</code>${portal && markup` · ${portal}`}</p>`;
}

/** What a page of thousands keeps of one. */
export function shortDetail({ finding }: ClusterFinding): Markup {
  const [fix] = finding.fixes;
  return markup`<p class="said">${finding.message}</p>${
    fix === undefined ? undefined : markup`<p class="prices"><b>Fix:</b> ${fixSummary(fix)}</p>`
  }<p class="dim small">${finding.fingerprint} · <code>evenkeel explain ${finding.rule}</code></p>`;
}

/** Until when it is exempt, why and by whom; that it was, where that is over. */
export function exemptionNote({ exemption }: Finding): Markup | undefined {
  if (exemption === undefined) return undefined;
  const word = exemption.expired === true ? 'Its exemption ran out on' : 'Exempt until';
  return markup`<p class="prices"><b>${word} ${exemption.expires}:</b> ${exemption.reason} (${exemption.owner})</p>`;
}

/** The change that may have brought it, as Resource Graph names it. */
export function lastChange(finding: Finding): Markup | undefined {
  const text = changeText(finding);
  return text === undefined ? undefined : markup`<p class="prices"><b>Last change:</b> ${text}</p>`;
}

/** What became of it over the runs, where that is more than its state says. */
export function lifeText(finding: Finding): Markup | undefined {
  const { changed, flapping, held, staleRuns, closed, supersededBy, ruleSeverity } = finding;
  const words = compacted([
    changed === true && 'worse than when it was last reported',
    flapping === true && 'comes and goes',
    held === true && 'seen while Azure changes the cluster: it may be over in the next run',
    staleRuns !== undefined && `not looked at for ${counted(staleRuns, 'run')}`,
    closed !== undefined && `closed: ${closedReason(closed, supersededBy)}`,
    ruleSeverity !== undefined && `severity by policy; the rule says ${ruleSeverity}`,
  ]);
  return words.length === 0
    ? undefined
    : markup`<p class="prices"><b>Note:</b> ${words.join('; ')}</p>`;
}

const closedReasons: Readonly<Record<Closed, string>> = {
  fixed: 'the fault is gone',
  'subject-gone': 'what it was about is gone',
  'cluster-deleted': 'the cluster was deleted',
  superseded: 'another finding gives the cause',
  reassessed: 'no longer found after more data was read; not known to be fixed',
};

/** Why a finding is over. */
export function closedReason(closed: Closed, supersededBy: Finding['supersededBy']): string {
  return `${closedReasons[closed]}${supersededBy === undefined ? '' : ` (${supersededBy.rule})`}`;
}

/** @param options.named It says of itself that it is the cause. */
export function causesText(
  { causes }: Finding,
  { named = true }: { readonly named?: boolean } = {},
): Markup | undefined {
  if (causes.length === 0) return undefined;
  return markup`<p class="prices">${named ? markup`<b>Cause:</b> ` : undefined}${causes.map((cause) => causeText(cause)).join('; ')}</p>`;
}

/** What a rule saw, folded; lists end after 20 items, objects after two levels. */
export function evidenceList({ evidence }: Finding): Markup | undefined {
  const entries = Object.entries(evidence);
  if (entries.length === 0) return undefined;
  return markup`<details class="evidence"><summary>Evidence</summary><dl>${entries.map(
    ([key, value]) => markup`<dt>${wordsOf(key)}</dt><dd>${valueText(value, 2)}</dd>`,
  )}</dl></details>`;
}

/** `externalTrafficPolicy` as `external traffic policy`. */
function wordsOf(key: string): string {
  return key.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, ' ').toLowerCase();
}

const mostItems = 20;

function valueText(value: EvidenceValue, depth: number): string {
  if (typeof value !== 'object') return String(value);
  if (depth === 0) return '…';
  if (isList(value)) {
    const shown = value.slice(0, mostItems).map((each) => valueText(each, depth - 1));
    const left = value.length - shown.length;
    return `${shown.join(shown.some((text) => text.includes(',')) ? '; ' : ', ')}${left > 0 ? ` and ${left} more` : ''}`;
  }
  return Object.entries(value)
    .map(([key, each]) => `${wordsOf(key)} ${valueText(each, depth - 1)}`)
    .join(', ');
}

function isList(value: EvidenceValue): value is readonly EvidenceValue[] {
  return Array.isArray(value);
}
